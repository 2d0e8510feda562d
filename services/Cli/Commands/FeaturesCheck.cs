using System.CommandLine;
using System.Globalization;
using Streaming.Cli.Features;
using Streaming.Cli.Rendering;
using Streaming.Features.Definitions;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming features check</c>: is every file right?</summary>
internal static class FeaturesCheck
{
    private const string Help = """
        Checks feature sets as FeatureAssembly does at its start. Every mistake of every file is told at once, on the error output, with file, line and
        column and what to do. A folder stands for the .yaml and .yml files in it, without *.examples.yaml.

        Exit codes: 0 all are right; 65 something is wrong; 78 there is no such file; 64 wrong options; 130 interrupted; 1 anything else.

        Examples:
          streaming features check deploy/samples/occupancy/features/occupancy.yaml
          streaming features check deploy/samples/occupancy/features --json
        """;

    public static Command Make()
    {
        var files = new Argument<string[]>("file") { Description = "Files of feature sets, or folders of them.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("check", Help) { files, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (sets, problems) = FeatureFiles.Read(parsed.GetValue(files)!);
            cancellation.ThrowIfCancellationRequested();
            var report = new CheckReport(
                problems.Count == 0,
                [.. sets.Select(set => new CheckedSet(set.File, set.Set.Name, set.Set.Version, set.Set.Hash, set.Set.Features.Count, set.Set.VectorLength))],
                [.. problems.Select(problem => new FileProblem(problem.File, problem.Line, problem.Column, problem.Message))]);
            foreach (var problem in parsed.GetValue(json) ? [] : problems)
            {
                await Console.Error.WriteLineAsync(problem.ToString());
            }

            Answer.Write(report, FeaturesJson.Default.CheckReport, parsed.GetValue(json), Lines);
            return report.Good ? ExitCodes.Done : CommandExit.BadInput;
        });
        return command;
    }

    private static IEnumerable<string> Lines(CheckReport report)
    {
        foreach (var set in report.Sets)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{set.File}: {set.Name}:{set.Version} is right; {set.Features} features, {set.Values} values in a vector, content {set.Hash}");
        }

        if (!report.Good)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{report.Problems.Count} {(report.Problems.Count == 1 ? "mistake" : "mistakes")}.");
        }
    }
}

/// <summary>What was found in the files.</summary>
internal sealed record CheckReport(bool Good, IReadOnlyList<CheckedSet> Sets, IReadOnlyList<FileProblem> Problems);

/// <summary>A feature set that is right.</summary>
internal sealed record CheckedSet(string File, string Name, int Version, string Hash, int Features, int Values);
