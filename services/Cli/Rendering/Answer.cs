using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Streaming.Cli.Rendering;

/// <summary>Writes what a command found: one JSON object for programs, lines for people.</summary>
internal static class Answer
{
    /// <summary>Writes the JSON, or else the lines.</summary>
    public static void Write<T>(T report, JsonTypeInfo<T> type, bool json, Func<T, IEnumerable<string>> lines)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, type));
            return;
        }

        foreach (var line in lines(report))
        {
            Console.WriteLine(line);
        }
    }
}
