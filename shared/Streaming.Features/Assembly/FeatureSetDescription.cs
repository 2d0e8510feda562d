using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>A feature set as it runs, for people: what each value of its vectors is, what it is made from, and what it takes of memory.</summary>
public sealed record FeatureSetDescription
{
    // A hash index of at most half its places taken, and at least a quarter; a place in the order of deadlines.
    private const int IndexBytes = 24;
    private const int DeadlineBytes = 20;

    private FeatureSetDescription()
    {
    }

    /// <summary>The set.</summary>
    public required FeatureSetDefinition Set { get; init; }

    /// <summary>The values of a vector, in its order.</summary>
    public required IReadOnlyList<ValueDescription> Layout { get; init; }

    /// <summary>Metrics of the entity that are used, with the features made of each.</summary>
    public required IReadOnlyList<(string Metric, IReadOnlyList<string> Features)> Metrics { get; init; }

    /// <summary>Metrics of the entity's group that are joined.</summary>
    public required IReadOnlyList<string> GroupMetrics { get; init; }

    /// <summary>Features of which there are aggregates over the group: what a member says to the others.</summary>
    public required IReadOnlyList<string> GroupFeatures { get; init; }

    /// <summary>Attributes that are joined, those of the group marked.</summary>
    public required IReadOnlyList<(string Attribute, bool OfGroup)> Attributes { get; init; }

    /// <summary>Bytes for an entity without any bucket: its id, index, deadline, and the set's row.</summary>
    public required int BytesPerEntity { get; init; }

    /// <summary>Bytes for a bucket that is open or revisable, without its readings.</summary>
    public required int BytesPerBucket { get; init; }

    /// <summary>Bytes for a reading with a sequence in such a bucket: 8 to know it again, and 16 for each of its metrics whose order counts.</summary>
    public required int BytesPerReading { get; init; }

    /// <summary>Bytes for a bucket that only later ones look back at.</summary>
    public required int BytesPerPastBucket { get; init; }

    /// <summary>How many such buckets an entity has at most, where it sends in every bucket.</summary>
    public required int PastBuckets { get; init; }

    /// <summary>Describes a feature set.</summary>
    /// <exception cref="ArgumentException">It cannot be run.</exception>
    public static FeatureSetDescription Of(FeatureSetDefinition set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var plan = new VectorPlan(set);
        return new FeatureSetDescription
        {
            Set = set,
            Layout = [.. set.ToRecord().Layout.Select((value, position) => new ValueDescription(
                position, value.Name, position < set.Features.Count ? set.Features[position].Computation : value.Description, value.Unit, position < set.Features.Count ? Words(set.Features[position].Missing) : ""))],
            Metrics = [.. set.Features.Where(feature => feature.Source == FeatureSource.Metric).GroupBy(feature => feature.Metric, StringComparer.Ordinal)
                .Select(metric => (metric.Key, (IReadOnlyList<string>)[.. metric.Select(feature => feature.Name)]))],
            GroupMetrics = [.. set.Features.Where(feature => feature.Source == FeatureSource.GroupMetric).Select(feature => feature.Metric).Distinct()],
            GroupFeatures = [.. plan.Shared.Select(feature => set.Features[feature].Name)],
            Attributes = [.. set.Features.Where(feature => feature.Source is FeatureSource.Attribute or FeatureSource.GroupAttribute)
                .Select(feature => (feature.Attribute, feature.Source == FeatureSource.GroupAttribute)).Distinct()],
            BytesPerEntity = Sizes.Entity + Sizes.Row + IndexBytes + DeadlineBytes,
            BytesPerBucket = Sizes.Bucket + (plan.Words * sizeof(double)),
            BytesPerReading = sizeof(ulong) + (plan.Ordered.Length * Sizes.OrderedReading),
            BytesPerPastBucket = Sizes.Tile + (plan.TileWords * sizeof(double)),
            PastBuckets = plan.PastBuckets,
        };
    }

    /// <summary>Bytes of memory that an entity takes in a partition, where it sends evenly, in order and with sequences.</summary>
    /// <param name="readingsPerBucket">How many readings a bucket has.</param>
    public double EstimateBytes(double readingsPerBucket)
    {
        // Those that are open or can still be revised, and one that has gone: its memory is used again after the transaction.
        var buckets = 2 + Math.Ceiling((double)(Set.Grace + Set.ReviseFor) / Set.Bucket);
        var lists = Block(sizeof(ulong) * readingsPerBucket) + Block((BytesPerReading - sizeof(ulong)) * readingsPerBucket);
        var past = PastBuckets == 0 ? 0 : 2 * Block((PastBuckets + 2) * BytesPerPastBucket);
        return BytesPerEntity + (buckets * (BytesPerBucket + lists)) + past;
    }

    /// <summary>Lists grow by doubling.</summary>
    private static double Block(double bytes) => bytes <= 0 ? 0 : Math.Pow(2, Math.Ceiling(Math.Log2(Math.Max(bytes, 16))));

    private static string Words(MissingPolicy policy) => policy.Kind switch
    {
        MissingPolicyKind.None => "NaN",
        MissingPolicyKind.Nan => "NaN, not waited for",
        MissingPolicyKind.Constant => policy.Constant.ToString(System.Globalization.CultureInfo.InvariantCulture),
        MissingPolicyKind.Last => $"the last known, at most {Duration.Text(policy.MaxAge)} old",
        _ => "no vector",
    };

    private static unsafe class Sizes
    {
        public static int Entity => sizeof(EntityRow);

        public static int Row => sizeof(EntityBuckets);

        public static int Bucket => sizeof(Bucket);

        public static int Tile => sizeof(Tile);

        public static int OrderedReading => sizeof(OrderedReading);
    }
}

/// <summary>A value of a feature set's vectors.</summary>
/// <param name="Position">Its place in the vector, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Computation">What is computed from what.</param>
/// <param name="Unit">Its unit; empty where none is given.</param>
/// <param name="WhenMissing">What stands there where no reading gave it; empty for lags, which follow their feature.</param>
public sealed record ValueDescription(int Position, string Name, string Computation, string Unit, string WhenMissing);
