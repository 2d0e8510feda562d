using Streaming.Contracts;

namespace Streaming.Features.Definitions;

/// <summary>A feature set: which vectors are made of the readings. Everything that decides what comes out stands here and in the hash. Times are in milliseconds.</summary>
public sealed record FeatureSetDefinition
{
    /// <summary>The longest bucket: 40 days. What is longer is a window over buckets.</summary>
    public const long LongestBucket = 40L * 86_400_000;

    /// <summary>The name; its versions run side by side.</summary>
    public required string Name { get; init; }

    /// <summary>The version, from 1. Another content needs another version.</summary>
    public required int Version { get; init; }

    /// <summary>Length of a bucket, at most <see cref="LongestBucket"/>.</summary>
    public required long Bucket { get; init; }

    /// <summary>The features, in the vector's order.</summary>
    public required IReadOnlyList<FeatureDefinition> Features { get; init; }

    /// <summary>Which readings are used: an expression over their metrics. Default: empty, all.</summary>
    public string Where { get; init; } = "";

    /// <summary>Values of earlier buckets behind the features. Default: none.</summary>
    public LagDefinition? Lags { get; init; }

    /// <summary>Where buckets start, counted from 1970; from 0 to less than <see cref="Bucket"/>. Default: 0.</summary>
    public long Align { get; init; }

    /// <summary>How long after its end a bucket stays open for readings out of order, by the entity's watermark. Default: 0.</summary>
    public long Grace { get; init; }

    /// <summary>How long an entity must be silent, by log time, before its buckets close without a watermark. Default: one minute.</summary>
    public long IdleClose { get; init; } = 60_000;

    /// <summary>How long a closed bucket takes late readings in, as revisions. Default: 0, none.</summary>
    public long ReviseFor { get; init; }

    /// <summary>How long readings are gathered before a revision leaves. Default: one minute.</summary>
    public long ReviseEvery { get; init; } = 60_000;

    /// <summary>When a vector leaves. Default: when its bucket closes.</summary>
    public EmitMode Emit { get; init; }

    /// <summary>Whose vectors are made: those of entities or those of groups. Readings of the other scope are not used. Default: entities.</summary>
    public Scope Scope { get; init; } = Scope.Entity;

    /// <summary>No bucket starts before this event time. Default: none.</summary>
    public long? From { get; init; }

    /// <summary>Makes buckets before <see cref="From"/> too, as a backfill does. No part of the content: the hash stays. Default: no.</summary>
    public bool IgnoresFrom { get; init; }

    /// <summary>Readings that a whole bucket is expected to have, for completeness. Default: none; completeness is then features present over features.</summary>
    public double? ExpectedReadings { get; init; }

    /// <summary>Readings that one bucket takes; more are counted as evicted. Default: 10,000.</summary>
    public int MaxReadingsPerBucket { get; init; } = 10_000;

    /// <summary>Buckets that an entity may have open or revisable at a time; of more, the oldest is evicted. Default: 1,000.</summary>
    public int MaxOpenBuckets { get; init; } = 1_000;

    /// <summary>Entities that a partition remembers; of more, the one not seen for longest is evicted. Default: 5,000,000.</summary>
    public int MaxEntities { get; init; } = 5_000_000;

    /// <summary>The YAML that it was read from; empty where it was made otherwise.</summary>
    public string Content { get; init; } = "";

    /// <summary>
    /// SHA-256 of the normalised content, in lower-case hex. Every field of the set and of its features counts, defaults filled in, the features in
    /// their order; descriptions do not, nor does how the file is written: comments, white space, order of fields, <c>60s</c> for <c>1m</c>.
    /// </summary>
    public string Hash => NormalisedContent.Hash(this);

    /// <summary>Name and version, as people write them.</summary>
    public string Id => $"{Name}:{Version}";

    /// <summary>Every rule that the set breaks, each with the value that breaks it; empty where there is none. One that was read from YAML breaks none.</summary>
    public IReadOnlyList<string> Validate() => [.. FeatureSetRules.Check(this)];

    /// <summary>How many values a vector has: the features, then the lags.</summary>
    public int VectorLength => Features.Count + (Lags?.Values ?? 0);

    /// <summary>The record for <c>feature.sets</c>, which says what each value of a vector is.</summary>
    public FeatureSet ToRecord() => new()
    {
        Name = Name,
        Version = Version,
        Hash = Hash,
        Content = Content,
        Layout = [.. Features.Select(feature => new FeatureLayout
        {
            Name = feature.Name,
            Description = feature.Description.Length > 0 ? feature.Description : feature.Computation,
            Unit = feature.Unit,
        }), .. LagLayout()],
    };

    private IEnumerable<FeatureLayout> LagLayout() => Lags is not { } lags
        ? []
        : from row in Enumerable.Range(0, lags.Count)
          from name in lags.Of
          select new FeatureLayout
          {
              Name = lags.NameOf(row, name),
              Description = $"{name}, row {row + 1} of {lags.Count}",
              Unit = Features.FirstOrDefault(feature => feature.Name == name)?.Unit ?? "",
          };
}
