using Streaming.Contracts;

namespace Streaming.Local.Sample;

/// <summary>What is published at one moment of a sample.</summary>
/// <param name="Elapsed">Milliseconds of data time since the first step.</param>
/// <param name="Readings">Readings in the order of their sending.</param>
/// <param name="Attributes">What became known about entities and groups; published before the readings.</param>
/// <param name="Labels">The truth; published last.</param>
internal sealed record SampleStep(long Elapsed, IReadOnlyList<SensorReading> Readings, IReadOnlyList<EntityAttributes> Attributes, IReadOnlyList<Label> Labels);
