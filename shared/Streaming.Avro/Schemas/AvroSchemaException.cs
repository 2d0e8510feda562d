using System;

namespace Streaming.Avro;

/// <summary>A schema that cannot be used, with the place in its text where that shows.</summary>
public sealed class AvroSchemaException : Exception
{
    /// <summary>A fault in a schema.</summary>
    /// <param name="message">The rule that is broken, with the value that breaks it.</param>
    /// <param name="line">The line, from 1; 0 where there is none.</param>
    /// <param name="column">The column, from 1; 0 where there is none.</param>
    /// <param name="path">The file, where the text came from one.</param>
    public AvroSchemaException(string message, int line, int column, string? path = null)
        : base(Where(path, line, column) + message)
    {
        Rule = message;
        Line = line;
        Column = column;
        Path = path;
    }

    /// <summary>The message without the place.</summary>
    public string Rule { get; }

    /// <summary>The line, from 1; 0 where there is none.</summary>
    public int Line { get; }

    /// <summary>The column, from 1; 0 where there is none.</summary>
    public int Column { get; }

    /// <summary>The file, where the text came from one.</summary>
    public string? Path { get; }

    private static string Where(string? path, int line, int column) =>
        (path is null ? "" : path) + (line == 0 ? "" : $"({line},{column})") + (path is null && line == 0 ? "" : ": ");
}
