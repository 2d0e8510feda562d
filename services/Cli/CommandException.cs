using Streaming.Hosting;

namespace Streaming.Cli;

/// <summary>Why a command cannot go on. The message names the file or the place, what happened and what to do.</summary>
internal sealed class CommandException(string message, Exception? inner = null, int exitCode = ExitCodes.Failure) : Exception(message, inner)
{
    /// <summary>What the command ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
