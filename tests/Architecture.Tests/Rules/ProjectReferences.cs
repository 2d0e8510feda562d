using System.Xml.Linq;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>Who may reference whom. Think before a line is added: an arrow here is an arrow in everybody's head.</summary>
public static class ProjectReferences
{
    /// <summary>For each project of <c>shared/</c>, the projects that it may reference.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Streaming.Avro"] = [],
        ["Streaming.Avro.Generator"] = [],
        ["Streaming.Yaml"] = [],
        // Names of metrics and trace contexts, without any exporter: the base class library's meters and activities are enough for everybody but Hosting.
        ["Streaming.Telemetry"] = [],
        ["Streaming.Contracts"] = ["Streaming.Avro", "Streaming.Avro.Generator"],
        // For the closed list of reasons of a dead letter, which is part of its schema.
        ["Streaming.Pipes"] = ["Streaming.Contracts"],
        ["Streaming.Ingest"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Pipes"],
        ["Streaming.Features"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Pipes", "Streaming.Telemetry", "Streaming.Yaml"],
        ["Streaming.Models"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Pipes", "Streaming.Telemetry", "Streaming.Yaml"],
        ["Streaming.Monitoring"] = ["Streaming.Contracts"],
        // The filters of the chain side by side, for tests of feature sets: of users, and by the command.
        ["Streaming.Driver"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Features", "Streaming.Ingest", "Streaming.Models", "Streaming.Pipes", "Streaming.Yaml"],
        // The sink is a filter, at home beside the store that it fills.
        ["Streaming.History"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Monitoring", "Streaming.Pipes", "Streaming.Telemetry"],
        ["Streaming.Kafka"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Pipes", "Streaming.Telemetry"],
        ["Streaming.Registry"] = ["Streaming.Avro", "Streaming.Contracts", "Streaming.Pipes"],
        ["Streaming.Flow"] = ["Streaming.Contracts", "Streaming.History", "Streaming.Kafka"],
        // Yaml for what somebody who mistyped a key may have meant: said alike of definitions and of options.
        ["Streaming.Hosting"] = ["Streaming.Kafka", "Streaming.Pipes", "Streaming.Registry", "Streaming.Telemetry", "Streaming.Yaml"],
    };

    /// <summary>The one service that composes the others.</summary>
    public const string Composer = "Local";

    /// <summary>Packages that tie a project to a kind of server or file, and the projects where they are at home.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> PackageHomes = new Dictionary<string, string[]>
    {
        // Local has the broker in its own process: librdkafka's mock cluster.
        ["Confluent.Kafka"] = ["Streaming.Kafka", "Streaming.Flow", "Cli", Composer],
        ["Microsoft.ML.OnnxRuntime"] = ["Streaming.Models"],
        ["Microsoft.Data.Sqlite.Core"] = ["Streaming.History"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["Streaming.History"],
        ["CassandraCSharpDriver"] = ["Streaming.History"],
        ["YamlDotNet"] = ["Streaming.Yaml"],
        ["OpenTelemetry"] = ["Streaming.Hosting"],
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = ["Streaming.Hosting"],
    };

    /// <summary>References of a project that the table does not allow.</summary>
    /// <param name="project">The project file.</param>
    public static IEnumerable<Breach> Check(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Path);
        var xml = XDocument.Parse(project.Text, LoadOptions.SetLineInfo);
        foreach (var reference in xml.Descendants("ProjectReference"))
        {
            var target = ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/');
            var path = Path.GetRelativePath("/", Path.GetFullPath("/" + project.Folder + "/" + target)).Replace('\\', '/');
            if (Refusal(project, name, path) is { } why)
            {
                yield return new(project.Path, Line(reference), $"{name} references {path}: {why}");
            }
        }

        foreach (var package in xml.Descendants("PackageReference").Where(_ => project.IsProduct))
        {
            if (PackageHomes.TryGetValue((string?)package.Attribute("Include") ?? "", out var homes) && !homes.Contains(name))
            {
                yield return new(
                    project.Path, Line(package), $"{name} references the package {package.Attribute("Include")!.Value}, which is at home in {string.Join(", ", homes)} only.");
            }
        }
    }

    private static string? Refusal(SourceFile project, string name, string target)
    {
        var targetName = Path.GetFileNameWithoutExtension(target);
        if (project.Path.StartsWith("tests/", StringComparison.Ordinal))
        {
            return null;
        }

        if (project.Path.StartsWith("services/", StringComparison.Ordinal))
        {
            return target.StartsWith("shared/", StringComparison.Ordinal) || (name == Composer && target.StartsWith("services/", StringComparison.Ordinal))
                ? null
                : $"a service references shared/ only; {Composer}, which composes them, other services too.";
        }

        if (!project.Path.StartsWith("shared/", StringComparison.Ordinal))
        {
            return "only projects of shared/, services/ and tests/ reference projects.";
        }

        if (!Allowed.TryGetValue(name, out var allowed))
        {
            return "the project is not in the table of allowed references (ProjectReferences.Allowed); give it a line there.";
        }

        return target.StartsWith("shared/", StringComparison.Ordinal) && allowed.Contains(targetName)
            ? null
            : allowed.Length == 0 ? "it may reference no project." : $"it may reference {string.Join(", ", allowed)} only.";
    }

    private static int Line(XElement element) => ((System.Xml.IXmlLineInfo)element).LineNumber;
}
