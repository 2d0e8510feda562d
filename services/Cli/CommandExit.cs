using Streaming.Hosting;

namespace Streaming.Cli;

/// <summary>Exit codes that commands have beside those of <see cref="ExitCodes"/>.</summary>
internal static class CommandExit
{
    /// <summary>Some of the input was wrong.</summary>
    public const int BadInput = 65;

    /// <summary>Ctrl+C, or SIGTERM, before it was done.</summary>
    public const int Interrupted = 130;
}
