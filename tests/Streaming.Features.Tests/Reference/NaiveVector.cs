using System.Globalization;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>The vector of a bucket, computed from lists of all readings that its entity ever had in a bucket.</summary>
internal sealed class NaiveVector
{
    private readonly FeatureSetDefinition _set;
    private readonly NaiveEntity _entity;
    private readonly NaiveJoins _joins;
    private readonly NaiveMembers _members;
    private readonly string _id;
    private readonly List<string> _looked = [];
    private readonly List<string> _joined = [];
    private readonly double[] _values;

    public NaiveVector(FeatureSetDefinition set, NaiveEntity entity, NaiveJoins joins, NaiveMembers members, string id, long start)
    {
        (_set, _entity, _joins, _members, _id) = (set, entity, joins, members, id);
        Raw = new double?[set.Features.Count];
        _values = new double[set.VectorLength];
        Formulas.Length = set.Bucket / 1000.0;
        for (var i = 0; i < Raw.Length; i++)
        {
            // Expressions name only features before them, so the vector's order will do.
            var feature = set.Features[i];
            Raw[i] = feature.Source switch
            {
                FeatureSource.Metric => OfMetric(feature, start),
                FeatureSource.Expression => OfExpression(feature),
                FeatureSource.GroupAggregate => OverGroup(feature, start),
                _ => Joined(feature, start + set.Bucket),
            };
            _values[i] = Raw[i] ?? Fill(i, start + set.Bucket);
        }

        Missing = [.. Enumerable.Range(0, Raw.Length).Where(i => Raw[i] is null), .. Lags(start)];
    }

    /// <summary>Features as they are before a policy stands in; null where missing.</summary>
    public double?[] Raw { get; }

    public double[] Values => _values;

    public int[] Missing { get; }

    public bool IsSkipped => Enumerable.Range(0, Raw.Length).Any(i => Raw[i] is null && _set.Features[i].Missing.Kind == MissingPolicyKind.Skip);

    public bool IsComplete => Enumerable.Range(0, Raw.Length).All(i => Raw[i] is not null || _set.Features[i].Missing.IsDeclared);

    public string Looked => string.Join(';', _looked) + "|" + JoinedKey;

    public string JoinedKey => string.Join(';', _joined);

    private IEnumerable<KeyValuePair<long, NaiveBucket>> All => _entity.Gone.Concat(_entity.Buckets).OrderBy(bucket => bucket.Key);

    private IEnumerable<KeyValuePair<long, NaiveBucket>> Before(long start) => All.Where(bucket => bucket.Key < start);

    private static List<(long Time, double Value)> Readings(IEnumerable<KeyValuePair<long, NaiveBucket>> buckets, string metric) =>
        [.. buckets.SelectMany(bucket => bucket.Value.Readings).SelectMany(reading => reading.Reading.Metrics.Where(pair => pair.Name == metric).Select(pair => (reading.Reading.Time, pair.Value))).OrderBy(pair => pair.Time)];

    private double? OfMetric(FeatureDefinition feature, long start)
    {
        var end = start + _set.Bucket;
        var from = end - (feature.Over ?? _set.Bucket);
        var window = All.Where(bucket => bucket.Key >= from && bucket.Key <= start).ToList();
        if (feature.Aggregate != Aggregate.SecondsSinceLast && feature.Over is not null)
        {
            _looked.AddRange(window.Where(bucket => bucket.Key < start).Select(bucket => $"{bucket.Key}:{bucket.Value.Readings.Count}"));
        }

        var readings = Readings(window, feature.Metric);
        if (feature.Aggregate is not (Aggregate.SecondsSinceLast or Aggregate.Increase))
        {
            return NaiveAggregates.Compute(feature, readings, end);
        }

        var before = Readings(Before(from), feature.Metric);
        if (feature.Aggregate == Aggregate.Increase)
        {
            _looked.Add(before.Count == 0 ? "none" : $"{before[^1]}");
            return NaiveAggregates.Increase(before.TakeLast(1).Concat(readings).Select(reading => reading.Value).ToList(), readings.Count);
        }

        if (readings.Count == 0)
        {
            _looked.Add(before.Count == 0 ? "never" : $"{before[^1].Time}");
        }

        return before.Concat(readings).ToList() is { Count: > 0 } ever ? (end - ever[^1].Time) / 1000.0 : null;
    }

    private double? OfExpression(FeatureDefinition feature)
    {
        var (text, meaning) = RandomWorld.FormulaOf(feature);
        var used = RandomWorld.NamesIn(feature).Select(name => _values[_set.Features.ToList().FindIndex(other => other.Name == name)]).ToArray();
        var value = meaning(used[0], used[1]);
        return double.IsFinite(value) ? value : null;
    }

    private double? Joined(FeatureDefinition feature, long end)
    {
        var value = _joins.Find(feature, _id, end);
        _joined.Add(value?.ToString("R", CultureInfo.InvariantCulture) ?? "none");
        return value;
    }

    private double? OverGroup(FeatureDefinition feature, long start)
    {
        var group = _joins.GroupAt(_id, start + _set.Bucket);
        var value = _members.Compute(feature, group, start);
        _joined.Add($"{group}={value?.ToString("R", CultureInfo.InvariantCulture) ?? "none"}");
        return value;
    }

    private double Fill(int feature, long end)
    {
        var policy = _set.Features[feature].Missing;
        switch (policy.Kind)
        {
            case MissingPolicyKind.Constant:
                return policy.Constant;
            case MissingPolicyKind.Last:
                var last = Before(end - _set.Bucket).LastOrDefault(bucket => bucket.Value.Told?[feature] is not null);
                if (last.Value is null || end - (last.Key + _set.Bucket) > policy.MaxAge)
                {
                    return double.NaN;
                }

                _looked.Add($"{last.Key}={last.Value.Told![feature]:R}");
                return last.Value.Told![feature]!.Value;
            default:
                return double.NaN;
        }
    }

    private List<int> Lags(long start)
    {
        var missing = new List<int>();
        if (_set.Lags is not { } lags)
        {
            return missing;
        }

        var rows = lags.Count - (lags.WithCurrent ? 1 : 0);
        var told = Before(start).Where(bucket => bucket.Value.Vectors > 0).ToList();
        var columns = lags.Of.Select(name => _set.Features.ToList().FindIndex(feature => feature.Name == name)).ToList();
        for (var row = 0; row < lags.Count; row++)
        {
            var back = rows - row;
            var found = back == 0 ? default
                : lags.OnlyPresent ? (back <= told.Count ? told[^back] : default)
                : told.FirstOrDefault(bucket => bucket.Key == start - (back * _set.Bucket));
            if (back > 0)
            {
                _looked.Add(found.Value is null ? "gap" : $"{found.Key}#{found.Value.Vectors}");
            }

            for (var column = 0; column < columns.Count; column++)
            {
                var at = Raw.Length + (row * columns.Count) + column;
                var feature = columns[column];
                var raw = back == 0 ? Raw[feature] : found.Value?.Told![feature];
                _values[at] = back == 0 ? _values[feature]
                    : raw ?? (found.Value is null && lags.OnlyPresent
                        ? (_set.Features[feature].Missing.Kind == MissingPolicyKind.Constant ? _set.Features[feature].Missing.Constant : double.NaN)
                        : Fill(feature, (found.Value is null ? start - (back * _set.Bucket) : found.Key) + _set.Bucket));
                if (raw is null)
                {
                    missing.Add(at);
                }
            }
        }

        return missing;
    }
}
