using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Cli.Rendering;

/// <summary>Writes what a command found: one JSON object for programs, lines for people.</summary>
internal static class Answer
{
    private const int StandardOutput = 1;
    private const int ReaderGone = 32; // EPIPE

    private static readonly Lazy<StreamWriter> Out = new(() => new StreamWriter(OpenOutput(), new UTF8Encoding(false)));

    /// <summary>Writes the JSON, or else the lines.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public static void Write<T>(T report, JsonTypeInfo<T> type, bool json, Func<T, IEnumerable<string>> lines) =>
        Write(json ? [JsonSerializer.Serialize(report, type)] : lines(report));

    /// <summary>Writes lines of an answer that comes in parts.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public static void Write(IEnumerable<string> lines)
    {
        try
        {
            foreach (var line in lines)
            {
                Out.Value.Write(line);
                Out.Value.Write('\n');
            }

            Out.Value.Flush();
        }
        catch (IOException e) when (e.HResult == ReaderGone)
        {
            throw new OutputClosedException();
        }
    }

    // The console's own stream says nothing when the reader of a pipe has gone, so that --watch would go on for nobody. A file, which the error
    // output may share, needs the console's: another keeps an offset of its own.
    private static Stream OpenOutput()
    {
        var output = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }
}
