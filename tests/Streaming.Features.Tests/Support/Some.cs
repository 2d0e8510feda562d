using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Support;

/// <summary>Plain things for tests to change one field of.</summary>
internal static class Some
{
    /// <summary>Buckets of 10 ms of metric a, closed by watermark at once, by silence after 100 ms.</summary>
    public static FeatureSetDefinition Set() => new()
    {
        Name = "s",
        Version = 1,
        Bucket = 10,
        IdleClose = 100,
        Features = [Feature(Aggregate.Count), Feature(Aggregate.Last)],
    };

    public static FeatureDefinition Feature(Aggregate aggregate, string metric = "a") =>
        new() { Name = $"{metric}_{aggregate}".ToLowerInvariant(), Metric = metric, Aggregate = aggregate };

    /// <summary>A reading that arrives at its event time.</summary>
    public static Sensed Reading(string entity, long time, double value = 1, long? ingest = null) =>
        new() { Entity = entity, Time = time, Ingest = ingest ?? time, Metrics = [("a", value)] };

    /// <summary>Says that the only source partition has been passed on.</summary>
    public static Ticked Tick(long until) => new() { Sources = 1, Passed = [(0, until)] };

    public static List<FeatureVector> Vectors(this IEnumerable<Given> given) => [.. given.Where(one => one.Topic == 0).Select(one => one.Vector())];

    public static List<FeatureVector> Vectors(FeatureSetDefinition set, params Entry[] log) => AssemblyHost.Run([set], log).Vectors();
}

internal sealed class CountingWriter : ICheckpointWriter
{
    public int Puts { get; private set; }

    public int Removes { get; private set; }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob) => Puts++;

    public void Remove(ReadOnlySpan<byte> key) => Removes++;
}
