namespace Streaming.Architecture.Tests.Tree;

/// <summary>A place that breaks a rule of the house.</summary>
/// <param name="Path">The file, from the folder of the solution.</param>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
/// <param name="Message">What is there, what the rule is, and what to do.</param>
public sealed record Breach(string Path, int Line, string Message)
{
    public override string ToString() => Line == 0 ? $"{Path}: {Message}" : $"{Path}:{Line}: {Message}";
}
