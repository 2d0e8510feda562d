using Streaming.Contracts;

namespace Streaming.Cli.Publishing;

/// <summary>A line of a file: a reading, or the rule that it breaks.</summary>
internal sealed record ReadingLine(long Line, SensorReading? Reading, LineFault? Fault)
{
    public static ReadingLine Wrong(long line, string column, string rule) => new(line, null, new LineFault(line, column, rule));
}

/// <summary>What is wrong with a line.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">The column's or field's name.</param>
/// <param name="Rule">The value and the rule.</param>
internal sealed record LineFault(long Line, string Column, string Rule);
