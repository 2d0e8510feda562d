using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Streaming.History.Cassandra.Schema;

/// <summary>A file <c>deploy/cassandra/NNN_name.cql</c>: one step from one version of the tables to the next.</summary>
/// <param name="Number">The version that it leads to.</param>
/// <param name="Name">Its file name.</param>
/// <param name="CompatibleFrom">The oldest version that a program may know and still use tables of this one.</param>
/// <param name="Checksum">SHA-256 of its text, in hex.</param>
/// <param name="Statements">What it executes; each can be repeated.</param>
internal sealed record MigrationScript(int Number, string Name, int CompatibleFrom, string Checksum, IReadOnlyList<string> Statements)
{
    private const string CompatibleLine = "-- compatible:";
    private const string Folder = "cassandra/";

    /// <summary>Every script of this program, in order.</summary>
    public static IReadOnlyList<MigrationScript> All { get; } = [.. Embedded().OrderBy(script => script.Number)];

    /// <summary>Reads a script.</summary>
    /// <exception cref="InvalidDataException">It does not begin with the line that says which programs it suits.</exception>
    public static MigrationScript Parse(string name, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (!lines[0].StartsWith(CompatibleLine, StringComparison.Ordinal)
            || !int.TryParse(lines[0].AsSpan(CompatibleLine.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var compatible))
        {
            throw new InvalidDataException($"{name}: must begin with '{CompatibleLine} N', N being the oldest version that a program may know and still use these tables.");
        }

        var code = string.Join('\n', lines.Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal)));
        return new MigrationScript(
            int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture),
            name,
            compatible,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            code.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<MigrationScript> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream);
            yield return Parse(resource[Folder.Length..], reader.ReadToEnd());
        }
    }
}
