namespace Streaming.Features.Definitions;

/// <summary>Where a feature's value comes from.</summary>
public enum FeatureSource
{
    /// <summary>An aggregate of a metric of the entity's own readings.</summary>
    Metric,

    /// <summary>An expression over other features of the set.</summary>
    Expression,

    /// <summary>An attribute of the entity, as of the bucket's end.</summary>
    Attribute,

    /// <summary>An attribute of the entity's group, as of the bucket's end.</summary>
    GroupAttribute,

    /// <summary>The last value of a metric of the entity's group before the bucket's end.</summary>
    GroupMetric,

    /// <summary>An aggregate of a feature over the members of the entity's group, as of the bucket's end.</summary>
    GroupAggregate,
}
