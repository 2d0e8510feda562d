namespace Streaming.Features.Definitions;

/// <summary>One value of a feature set's vectors. Times are in milliseconds.</summary>
public sealed record FeatureDefinition
{
    /// <summary>Unique in its set.</summary>
    public required string Name { get; init; }

    /// <summary>Where the value comes from. Default: an aggregate of a metric.</summary>
    public FeatureSource Source { get; init; }

    /// <summary>The metric that it is computed from; of the entity, or of its group. Empty where there is none.</summary>
    public string Metric { get; init; } = "";

    /// <summary>The feature of <see cref="FeatureSource.GroupAggregate"/>, by its name; else empty.</summary>
    public string Feature { get; init; } = "";

    /// <summary>What is computed of the metric's readings, or of the values that the members of the group have.</summary>
    public Aggregate Aggregate { get; init; }

    /// <summary>The threshold of <see cref="Aggregate.TimeAbove"/>. Default: 0.</summary>
    public double Above { get; init; }

    /// <summary>The length of the window that ends with the bucket, a multiple of the bucket. Default: none, the bucket itself.</summary>
    public long? Over { get; init; }

    /// <summary>The expression of <see cref="FeatureSource.Expression"/>; else empty.</summary>
    public string Expression { get; init; } = "";

    /// <summary>The attribute of <see cref="FeatureSource.Attribute"/> and <see cref="FeatureSource.GroupAttribute"/>; else empty.</summary>
    public string Attribute { get; init; } = "";

    /// <summary>Whether the attribute is a moment, in milliseconds since 1970, for expressions. Default: a number.</summary>
    public bool IsTime { get; init; }

    /// <summary>How old a group's reading may be at the bucket's end. Default: none, any age that is remembered. Of an aggregate over the group: for how
    /// long it is remembered what the members say of a bucket after the last of them has, by log time; the greatest of a set counts. Default: grace, idleClose, reviseFor and an hour.</summary>
    public long? MaxAge { get; init; }

    /// <summary>What stands for it where no reading gave it. Default: none, which is NaN.</summary>
    public MissingPolicy Missing { get; init; } = MissingPolicy.None;

    /// <summary>The unit, for readers. Default: empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What it means, for readers; not part of the content hash. Default: empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is computed from what, in words.</summary>
    public string Computation => Source switch
    {
        FeatureSource.Metric => $"{Aggregate.Word()} of {Metric}{(Aggregate == Aggregate.TimeAbove ? $" above {Above.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : "")}{(Over is { } over ? $" over {Duration.Text(over)}" : "")}",
        FeatureSource.Expression => Expression,
        FeatureSource.Attribute => $"attribute {Attribute} of the entity",
        FeatureSource.GroupAttribute => $"attribute {Attribute} of the group",
        FeatureSource.GroupAggregate => $"{Aggregate.Word()} of {Feature} over the group",
        _ => $"last {Metric} of the group{(MaxAge is { } age ? $", at most {Duration.Text(age)} old" : "")}",
    };
}
