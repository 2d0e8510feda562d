namespace Streaming.Yaml;

/// <summary>Something that is wrong in a file, and where.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">The field, the value, the rule and what to do.</param>
public sealed record YamlProblem(string File, int Line, int Column, string Message)
{
    /// <summary>File, line, column and message, as compilers write it.</summary>
    public override string ToString() => $"{File}({Line},{Column}): {Message}";
}
