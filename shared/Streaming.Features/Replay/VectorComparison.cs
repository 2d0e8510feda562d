using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Replay;

/// <summary>
/// Compares vectors that were served with those computed anew, feature by feature. Both come in any order; what has found its counterpart is forgotten, so that memory holds what
/// one side is ahead of the other.
/// </summary>
public sealed class VectorComparison
{
    private readonly Dictionary<(string Name, int Version), SetComparison> _sets;
    private readonly Dictionary<VectorKey, FeatureVector> _served = [];
    private readonly Dictionary<VectorKey, (FeatureVector Vector, bool MayLack)> _computed = [];
    private readonly List<VectorDifference> _examples = [];
    private readonly int _mostExamples;

    /// <summary>A comparison of nothing yet.</summary>
    /// <param name="sets">The sets that are computed; served vectors of others are none of its business.</param>
    /// <param name="mostExamples">How many differences are kept whole; the first ones.</param>
    public VectorComparison(IReadOnlyList<FeatureSetDefinition> sets, int mostExamples)
    {
        ArgumentNullException.ThrowIfNull(sets);
        _mostExamples = mostExamples;
        _sets = sets.ToDictionary(set => (set.Name, set.Version), set => new SetComparison(set));
    }

    /// <summary>How many served vectors were taken in.</summary>
    public long Served { get; private set; }

    /// <summary>How many computed vectors were taken in.</summary>
    public long Computed { get; private set; }

    /// <summary>What came out, for each feature set by name and version.</summary>
    public IReadOnlyList<SetComparison> Sets => [.. _sets.Values.OrderBy(set => (set.Set.Name, set.Set.Version), Comparer<(string, int)>.Create(FeatureSetDirectory.Compare))];

    /// <summary>The first differences.</summary>
    public IReadOnlyList<VectorDifference> Examples => _examples;

    /// <summary>Whether everything that was served is what was computed, and the other way round.</summary>
    public bool IsSame => _sets.Values.All(set => set.Different + set.Missing + set.Extra == 0);

    /// <summary>Takes in a vector that was served.</summary>
    public void AddServed(FeatureVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (!_sets.TryGetValue((vector.FeatureSet, vector.FeatureSetVersion), out var set))
        {
            return;
        }

        Served++;
        set.Served++;
        var key = VectorKey.Of(vector);
        if (_computed.Remove(key, out var computed))
        {
            Compare(set, vector, computed.Vector);
        }
        else if (!_served.TryAdd(key, vector))
        {
            // There twice: one of them has no counterpart.
            Tell(set, DifferenceKind.Extra, vector, []);
        }
    }

    /// <summary>Takes in a vector that was computed.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="mayLack">Whether it may rightly not have been served yet.</param>
    public void AddComputed(FeatureVector vector, bool mayLack)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var set = _sets[(vector.FeatureSet, vector.FeatureSetVersion)];
        Computed++;
        set.Computed++;
        var key = VectorKey.Of(vector);
        if (_served.Remove(key, out var served))
        {
            Compare(set, served, vector);
        }
        else if (!_computed.TryAdd(key, (vector, mayLack)) && !mayLack)
        {
            Tell(set, DifferenceKind.Missing, vector, []);
        }
    }

    /// <summary>Ends it: what has found no counterpart has none.</summary>
    public void Finish()
    {
        foreach (var (vector, mayLack) in _computed.Values.OrderBy(computed => (computed.Vector.BucketStart, computed.Vector.Revision)))
        {
            var set = _sets[(vector.FeatureSet, vector.FeatureSetVersion)];
            if (mayLack)
            {
                set.NotYetServed++;
            }
            else
            {
                Tell(set, DifferenceKind.Missing, vector, []);
            }
        }

        foreach (var vector in _served.Values.OrderBy(vector => (vector.BucketStart, vector.Revision)))
        {
            Tell(_sets[(vector.FeatureSet, vector.FeatureSetVersion)], DifferenceKind.Extra, vector, []);
        }

        _computed.Clear();
        _served.Clear();
    }

    private void Compare(SetComparison set, FeatureVector served, FeatureVector computed)
    {
        var differences = FieldComparison.Of(set, served, computed);
        if (differences.Count == 0)
        {
            set.Same++;
        }
        else
        {
            Tell(set, DifferenceKind.Different, computed, differences);
        }
    }

    private void Tell(SetComparison set, DifferenceKind kind, FeatureVector vector, IReadOnlyList<FieldDifference> fields)
    {
        set.Count(kind);
        if (_examples.Count < _mostExamples)
        {
            _examples.Add(new VectorDifference(kind, set.Set.Id, vector.EntityId, vector.BucketStart, vector.Revision, fields));
        }
    }

    private readonly record struct VectorKey(string Set, int Version, string Entity, long BucketStart, int Revision)
    {
        public static VectorKey Of(FeatureVector vector) => new(vector.FeatureSet, vector.FeatureSetVersion, vector.EntityId, vector.BucketStart, vector.Revision);
    }
}
