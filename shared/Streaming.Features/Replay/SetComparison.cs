using Streaming.Features.Definitions;

namespace Streaming.Features.Replay;

/// <summary>What comparing came to for one feature set. Vectors are told apart by entity, bucket and revision.</summary>
public sealed class SetComparison
{
    internal SetComparison(FeatureSetDefinition set)
    {
        Set = set;
        Features = [.. set.ToRecord().Layout.Select(value => new FeatureComparison(value.Name))];
    }

    /// <summary>The set.</summary>
    public FeatureSetDefinition Set { get; }

    /// <summary>Vectors that were served.</summary>
    public long Served { get; internal set; }

    /// <summary>Vectors that were computed.</summary>
    public long Computed { get; internal set; }

    /// <summary>Those that are the same in every field.</summary>
    public long Same { get; internal set; }

    /// <summary>Those that differ in some field.</summary>
    public long Different { get; private set; }

    /// <summary>Computed, but never served.</summary>
    public long Missing { get; private set; }

    /// <summary>Served, but not what the log gives.</summary>
    public long Extra { get; private set; }

    /// <summary>Computed of records that live work was just taking in: they may have been served since.</summary>
    public long NotYetServed { get; internal set; }

    /// <summary>The values of a vector, in its order.</summary>
    public IReadOnlyList<FeatureComparison> Features { get; }

    /// <summary>How often fields beside the values differ, by their names in the schema.</summary>
    public SortedDictionary<string, long> Fields { get; } = new(StringComparer.Ordinal);

    internal void Count(DifferenceKind kind)
    {
        switch (kind)
        {
            case DifferenceKind.Different:
                Different++;
                break;
            case DifferenceKind.Missing:
                Missing++;
                break;
            default:
                Extra++;
                break;
        }
    }
}

/// <summary>What comparing came to for one value of the vectors that have a counterpart.</summary>
/// <param name="name">Its name.</param>
public sealed class FeatureComparison(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Vectors in which both have it, with another value.</summary>
    public long Different { get; internal set; }

    /// <summary>Vectors in which it was served as missing, but the log gives it.</summary>
    public long Missing { get; internal set; }

    /// <summary>Vectors in which it was served, but the log does not give it.</summary>
    public long Extra { get; internal set; }
}

/// <summary>How a vector differs.</summary>
public enum DifferenceKind
{
    /// <summary>It was served with other content.</summary>
    Different,

    /// <summary>It was not served.</summary>
    Missing,

    /// <summary>It was served, but the log does not give it.</summary>
    Extra,
}

/// <summary>One vector that differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="FeatureSet">Name and version.</param>
/// <param name="EntityId">The entity.</param>
/// <param name="BucketStart">Milliseconds since 1970.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Fields">Where the content differs; empty where there is no counterpart.</param>
public sealed record VectorDifference(DifferenceKind Kind, string FeatureSet, string EntityId, long BucketStart, int Revision, IReadOnlyList<FieldDifference> Fields);

/// <summary>One field that differs.</summary>
/// <param name="Name">A feature's name, or a field's in the schema.</param>
/// <param name="Served">What was served, in words.</param>
/// <param name="Computed">What the log gives, in words.</param>
public sealed record FieldDifference(string Name, string Served, string Computed);
