using System.Text;
using Streaming.Hosting;

namespace Streaming.Cli.Publishing;

/// <summary>The lines of a UTF-8 file, one at a time.</summary>
internal static class TextLines
{
    /// <exception cref="CommandException">The file cannot be read.</exception>
    /// <exception cref="ConfigurationException">It is not UTF-8.</exception>
    public static IEnumerable<string> Read(string file)
    {
        using var reader = Attempt(file, 0, () => new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        for (var line = 1L; Attempt(file, line, reader.ReadLine) is { } text; line++)
        {
            yield return text;
        }
    }

    private static T Attempt<T>(string file, long line, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException([$"{file}, line {line} or soon after: is not UTF-8 ({e.Message}); save the file as UTF-8."]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{file}' cannot be read{(line > 1 ? $" beyond line {line - 1}" : "")}: {e.Message} Look at its place, its rights and its disk.", e);
        }
    }
}
