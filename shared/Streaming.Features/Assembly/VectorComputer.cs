using System.Runtime.InteropServices;
using Streaming.Features.Definitions;
using Streaming.Features.Definitions.Expressions;

namespace Streaming.Features.Assembly;

/// <summary>Computes the vector of a bucket, with everything that it looks back at and that is joined to it. What it gives is valid until the next one.</summary>
internal sealed unsafe class VectorComputer
{
    private readonly VectorPlan _plan;
    private readonly FeatureSetDefinition _set;
    private readonly PartitionScope _scope;
    private readonly GroupBuckets _members;
    private readonly EarlierBuckets _earlier;
    private readonly Lookback _lookback;
    private readonly double[] _raw;
    private readonly double[] _values;
    private readonly int[] _missing;
    private int _missingCount;
    private ulong _looked;

    public VectorComputer(VectorPlan plan, EntityBucketTable table, PartitionScope scope, GroupBuckets members)
    {
        _plan = plan;
        _set = plan.Definition;
        _scope = scope;
        _members = members;
        _earlier = new EarlierBuckets(plan, table);
        _lookback = new Lookback(plan, _earlier);
        _raw = new double[_set.Features.Count];
        _values = new double[_set.VectorLength];
        _missing = new int[_set.VectorLength];
    }

    /// <summary>The values, features first, then the rows of lags.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The features as they are before any policy stands in for them; NaN where one is missing.</summary>
    public ReadOnlySpan<double> Raw => _raw;

    /// <summary>Positions of values that no reading gave.</summary>
    public ReadOnlySpan<int> Missing => _missing.AsSpan(0, _missingCount);

    /// <summary>How many features are present.</summary>
    public int Present { get; private set; }

    /// <summary>Whether a missing feature forbids the vector.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>Whether every feature without a missing policy is present.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>A hash of everything beside the bucket's own readings that the vector was made of.</summary>
    public ulong Looked => _looked;

    /// <summary>Of this, a hash of what was joined.</summary>
    public ulong Joined { get; private set; }

    /// <summary>A hash of what would be joined to a bucket now.</summary>
    public ulong JoinedNow(int slot, Bucket* bucket)
    {
        var joined = 0ul;
        for (var i = 0; i < _plan.Features.Length; i++)
        {
            if (_plan.Features[i].Source is not (FeatureSource.Metric or FeatureSource.Expression))
            {
                OfJoined(i, slot, bucket->Start, ref joined);
            }
        }

        return joined;
    }

    /// <summary>Computes a vector.</summary>
    public void Compute(int slot, Bucket* bucket)
    {
        var words = BucketStore.Words(bucket);
        var end = bucket->Start + _set.Bucket;
        (_missingCount, _looked, Present, IsSkipped, IsComplete) = (0, 0, 0, false, true);
        _earlier.Collect(slot, bucket);
        var joined = 0ul;
        for (var i = 0; i < _raw.Length; i++)
        {
            ref readonly var feature = ref _plan.Features[i];
            if (feature.Source != FeatureSource.Expression)
            {
                Set(i, feature.Source == FeatureSource.Metric ? OfMetric(feature, bucket, words) : OfJoined(i, slot, bucket->Start, ref joined), end);
            }
        }

        foreach (var i in _plan.Expressions.Order)
        {
            var value = _plan.Expressions[i]!.Compute(new ExpressionInput(_values.AsSpan(0, _raw.Length), bucket->Start, end));
            Set(i, double.IsFinite(value) ? value : double.NaN, end);
        }

        for (var i = 0; i < _raw.Length; i++)
        {
            if (double.IsNaN(_raw[i]))
            {
                _missing[_missingCount++] = i;
            }
        }

        Joined = joined;
        _looked = Hash.Combine(_looked, joined);
        Present = _raw.Length - _missingCount;
        if (_set.Lags is not null)
        {
            AddLags(bucket->Start);
        }
    }

    /// <summary>Remembers in a bucket what its vector says; the bucket is touched.</summary>
    public void Tell(Bucket* bucket)
    {
        for (var i = 0; i < _plan.Told.Length; i++)
        {
            BucketStore.Words(bucket)[_plan.ToldAt + i] = _raw[_plan.Told[i]];
        }
    }

    private void Set(int feature, double raw, long end)
    {
        _raw[feature] = raw;
        _values[feature] = raw;
        if (double.IsNaN(raw))
        {
            var policy = _plan.Features[feature].Missing;
            _values[feature] = _lookback.Fill(feature, policy, end, _earlier.Count, ref _looked);
            IsSkipped |= policy.Kind == MissingPolicyKind.Skip;
            IsComplete &= policy.IsDeclared;
        }
    }

    private double OfJoined(int position, int slot, long start, ref ulong joined)
    {
        ref readonly var feature = ref _plan.Features[position];
        if (feature.Source != FeatureSource.GroupAggregate)
        {
            return _scope.Joins.Find(slot, feature, start + _set.Bucket, ref joined);
        }

        // Which group it is counts too: whoever changes it says so to both.
        var group = _scope.Joins.Of(slot).GroupAt(start + _set.Bucket);
        var value = _members.Find(start, group, position);
        joined = Hash.Combine(Hash.Combine(joined, Hash.Stable(MemoryMarshal.AsBytes(group.AsSpan()))), BitConverter.DoubleToUInt64Bits(value));
        return value;
    }

    private double OfMetric(in FeaturePlan feature, Bucket* bucket, double* words)
    {
        ref readonly var metric = ref _plan.Plans[feature.Metric];
        switch (feature.Aggregate)
        {
            case Aggregate.SecondsSinceLast:
                return _lookback.SecondsSinceLast(feature.Metric, bucket, ref _looked);
            case Aggregate.Increase:
                return _lookback.Increase(feature, bucket, ref _looked);
            case Aggregate.TimeAbove:
                return _lookback.TimeAbove(feature, bucket, ref _looked);
        }

        if (feature.IsWindow || feature.Aggregate == Aggregate.Slope)
        {
            return OfSummary(_lookback.Summarise(feature, bucket, ref _looked), feature.Aggregate);
        }

        return Accumulator.Value(words, metric, feature.Aggregate);
    }

    private static double OfSummary(Summary summary, Aggregate aggregate) => summary.Count < FeaturePlan.Least(aggregate) ? double.NaN : aggregate switch
    {
        Aggregate.Count => summary.Count,
        Aggregate.Sum => summary.Sum,
        Aggregate.Mean => summary.Mean,
        Aggregate.Min => summary.Least,
        Aggregate.Max => summary.Greatest,
        Aggregate.Range => Accumulator.Bounded(summary.Greatest - summary.Least),
        Aggregate.First => summary.First,
        Aggregate.Last => summary.Last,
        Aggregate.Stddev => summary.Deviation,
        Aggregate.Slope => summary.Slope,
        _ => throw new InvalidOperationException($"The aggregate {aggregate} has no computation over a window."),
    };

    private void AddLags(long start)
    {
        var lags = _set.Lags!;
        var rows = lags.Count - (lags.WithCurrent ? 1 : 0);
        var at = _raw.Length;
        if (lags.OnlyPresent)
        {
            // From the last to the first, so that what is not there is in front.
            var position = _earlier.Count;
            for (var row = rows - 1; row >= 0; row--)
            {
                position = _earlier.LastToldBefore(position);
                AddRow(at + (row * _plan.Lags.Length), position, position < 0 ? long.MinValue : _earlier[position].Start + _set.Bucket);
            }
        }
        else
        {
            for (var row = 0; row < rows; row++)
            {
                var rowStart = start - ((rows - row) * _set.Bucket);
                AddRow(at + (row * _plan.Lags.Length), _earlier.Find(rowStart), rowStart + _set.Bucket);
            }
        }

        if (lags.WithCurrent)
        {
            for (var i = 0; i < _plan.Lags.Length; i++)
            {
                var feature = _plan.Told[_plan.Lags[i]];
                SetLag(at + (rows * _plan.Lags.Length) + i, _values[feature], double.IsNaN(_raw[feature]));
            }
        }

        _missing.AsSpan(_raw.Length - Present, _missingCount - (_raw.Length - Present)).Sort();
    }

    /// <summary>Fills a row from an earlier bucket; from none where the position is below 0 or the bucket has no vector.</summary>
    private void AddRow(int at, int position, long rowEnd)
    {
        var isTold = position >= 0 && _earlier[position].Revision > 0;
        _looked = Hash.Combine(_looked, isTold ? (ulong)_earlier[position].Start : 1);
        _looked = Hash.Combine(_looked, isTold ? (ulong)_earlier[position].Revision : 0);
        for (var i = 0; i < _plan.Lags.Length; i++)
        {
            var told = isTold ? _earlier[position].Words[_plan.ToldAt + _plan.Lags[i]] : double.NaN;
            var feature = _plan.Told[_plan.Lags[i]];
            SetLag(at + i, double.IsNaN(told) ? _lookback.Fill(feature, _plan.Features[feature].Missing, rowEnd, _earlier.CountBefore(rowEnd - _set.Bucket), ref _looked) : told, double.IsNaN(told));
        }
    }

    private void SetLag(int at, double value, bool isMissing)
    {
        _values[at] = value;
        if (isMissing)
        {
            _missing[_missingCount++] = at;
        }
    }
}
