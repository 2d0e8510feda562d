namespace Streaming.Benchmarks.Drain;

/// <summary>One drain, in nanoseconds of processor time for each reading.</summary>
/// <param name="Ingest">SensorIngest.</param>
/// <param name="Assembly">FeatureAssembly.</param>
/// <param name="Scoring">ScoringAgent.</param>
/// <param name="Broker">The broker; NaN where it is not ours.</param>
/// <param name="ReadingsPerSecond">By the clock on the wall.</param>
/// <param name="StartSeconds">Seconds of processor time that the three took to start, to compile and to drain what they were warmed up with.</param>
internal sealed record Measured(double Ingest, double Assembly, double Scoring, double Broker, double ReadingsPerSecond, double StartSeconds)
{
    public double Services => Ingest + Assembly + Scoring;
}

/// <summary>A drain and the yardstick beside it.</summary>
/// <param name="Chain">The drain.</param>
/// <param name="Yardstick">The yardstick's nanoseconds for each record.</param>
internal sealed record Pair(Measured Chain, double Yardstick)
{
    public double Ratio => Chain.Services / Yardstick;
}
