using Microsoft.Extensions.Logging;

namespace Streaming.Hosting;

/// <summary>What a service logs, and how. Section <c>Logging</c>.</summary>
public sealed class LogOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Logging";

    /// <summary>The key in <see cref="LogLevel"/> for all categories that have none of their own.</summary>
    internal const string DefaultCategory = "Default";

    /// <summary>How a line is written, to the standard output. Default <see cref="LogFormat.Text"/>.</summary>
    public LogFormat Format { get; set; }

    /// <summary>The least level that is logged, by category or the beginning of one; <c>Default</c> for all others, itself Information by default.</summary>
    public Dictionary<string, string> LogLevel { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate() => LogLevel
        .Where(level => !TryRead(level.Value, out _))
        .Select(level => $"{Section}:LogLevel:{level.Key} = '{level.Value}': must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    /// <summary>A level by its name.</summary>
    internal static bool TryRead(string name, out LogLevel level) =>
        Enum.TryParse(name, ignoreCase: true, out level) && Enum.GetNames<LogLevel>().Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>How a log line is written.</summary>
public enum LogFormat
{
    /// <summary>Time, level, category and message on one line, for people.</summary>
    Text,

    /// <summary>One JSON object on a line, with the message's parts by name, for collectors.</summary>
    Json,
}
