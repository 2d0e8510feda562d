namespace Streaming.Local.Sample;

/// <summary>What happens at one moment of the sample: a row's readings, or a label.</summary>
/// <param name="Elapsed">Milliseconds of data time since the room's first reading.</param>
/// <param name="Room">The entity.</param>
/// <param name="Readings">Readings in the order of their sending; empty for a label.</param>
/// <param name="Label">The label; null for readings.</param>
internal sealed record SampleStep(long Elapsed, string Room, IReadOnlyList<SampleReading> Readings, SampleLabel? Label);

/// <summary>One reading of one device.</summary>
internal sealed record SampleReading(string Device, string Metric, double Value, long EventTime, long Sequence);

/// <summary>What was true at a row's time.</summary>
internal sealed record SampleLabel(long EventTime, string Value, long KnownAt);
