using System.Globalization;

namespace Streaming.Benchmarks.Drain;

/// <summary>Processor time of other processes, user and system, as the kernel counts it.</summary>
internal static class ProcessorTime
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux
    private const int FieldsBeforeTimes = 11; // counted behind the name, which may hold anything in its parentheses

    /// <summary>Seconds that a process has used so far.</summary>
    public static double Of(int process)
    {
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long Ticks(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
        return (Ticks(FieldsBeforeTimes) + Ticks(FieldsBeforeTimes + 1)) / (double)TicksPerSecond;
    }
}
