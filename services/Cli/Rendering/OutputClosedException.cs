namespace Streaming.Cli.Rendering;

/// <summary>Whoever read the output has read enough, as <c>head</c> does.</summary>
internal sealed class OutputClosedException : Exception;
