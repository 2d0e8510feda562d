using System.Text;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>How the readings of a bucket become a vector: a feature set, compiled.</summary>
internal sealed class VectorPlan
{
    private readonly MetricPlan[] _metrics;
    private readonly (int Metric, Aggregate Aggregate, MissingPolicy Missing)[] _features;
    private readonly (int CountWord, int Least)[] _required;
    private readonly double[] _initial;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    public VectorPlan(FeatureSetDefinition set)
    {
        var words = new List<double>();
        var metrics = new List<MetricPlan>();
        foreach (var metric in set.Features.GroupBy(feature => feature.Metric, StringComparer.Ordinal))
        {
            _indexes.Add(metric.Key, metrics.Count);
            metrics.Add(Plan([.. metric.Select(feature => feature.Aggregate)], words));
        }

        _metrics = [.. metrics];
        _initial = [.. words];
        _features = [.. set.Features.Select(feature => (_indexes[feature.Metric], feature.Aggregate, feature.Missing))];
        _required = [.. set.Features
            .Where(feature => !feature.Missing.IsDeclared && Least(feature.Aggregate) > 0)
            .GroupBy(feature => _metrics[_indexes[feature.Metric]].Count, (count, features) => (count, features.Max(feature => Least(feature.Aggregate))))];
        Metrics = [.. _indexes.Keys.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Words that a bucket needs.</summary>
    public int Words => _initial.Length;

    /// <summary>Values of a vector.</summary>
    public int Features => _features.Length;

    /// <summary>The metrics used, by their index.</summary>
    public IReadOnlyList<byte[]> Metrics { get; }

    /// <summary>Makes the words of a bucket those of an empty one.</summary>
    public void Clear(Span<double> words) => _initial.CopyTo(words);

    /// <summary>Takes a value in.</summary>
    /// <param name="words">The bucket's.</param>
    /// <param name="metric">The metric's index.</param>
    /// <param name="value">Finite.</param>
    /// <param name="time">Event time since the bucket's start, in milliseconds.</param>
    public void Add(Span<double> words, int metric, double value, double time)
    {
        ref readonly var plan = ref _metrics[metric];
        var count = words[plan.Count] += 1;
        if (plan.Sum >= 0)
        {
            Accumulator.AddToSum(ref words[plan.Sum], ref words[plan.Sum + 1], value);
        }

        if (plan.Min >= 0 && value < words[plan.Min])
        {
            words[plan.Min] = value;
        }

        if (plan.Max >= 0 && value > words[plan.Max])
        {
            words[plan.Max] = value;
        }

        if (plan.First >= 0 && time < words[plan.First])
        {
            (words[plan.First], words[plan.First + 1]) = (time, value);
        }

        if (plan.Last >= 0 && time >= words[plan.Last])
        {
            (words[plan.Last], words[plan.Last + 1]) = (time, value);
        }

        if (plan.Spread >= 0)
        {
            Accumulator.AddToSpread(words.Slice(plan.Spread, 3), count, value);
        }
    }

    /// <summary>Whether every feature without a missing policy is present.</summary>
    public bool IsComplete(ReadOnlySpan<double> words)
    {
        foreach (var (countWord, least) in _required)
        {
            if (words[countWord] < least)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Computes a vector.</summary>
    /// <param name="words">The bucket's.</param>
    /// <param name="values">Takes the values, as many as there are features.</param>
    /// <param name="missing">Takes the positions of those that no reading gave.</param>
    /// <returns>How many are missing.</returns>
    public int Compute(ReadOnlySpan<double> words, Span<double> values, Span<int> missing)
    {
        var missingCount = 0;
        for (var i = 0; i < _features.Length; i++)
        {
            ref readonly var feature = ref _features[i];
            if (words[_metrics[feature.Metric].Count] >= Least(feature.Aggregate))
            {
                values[i] = Value(words, _metrics[feature.Metric], feature.Aggregate);
            }
            else
            {
                values[i] = feature.Missing.Value;
                missing[missingCount++] = i;
            }
        }

        return missingCount;
    }

    /// <summary>How many values an aggregate needs to be present.</summary>
    private static int Least(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count or Aggregate.Sum => 0,
        Aggregate.Stddev => 2,
        _ => 1,
    };

    private static double Value(ReadOnlySpan<double> words, in MetricPlan plan, Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count => words[plan.Count],
        Aggregate.Sum => Accumulator.Bounded(words[plan.Sum] + words[plan.Sum + 1]),
        Aggregate.Mean => Accumulator.Bounded(words[plan.Sum] + words[plan.Sum + 1]) / words[plan.Count],
        Aggregate.Min => words[plan.Min],
        Aggregate.Max => words[plan.Max],
        Aggregate.Range => Accumulator.Bounded(words[plan.Max] - words[plan.Min]),
        Aggregate.First => words[plan.First + 1],
        Aggregate.Last => words[plan.Last + 1],
        Aggregate.Stddev => Accumulator.Deviation(words[plan.Count], words[plan.Spread + 2]),
        _ => throw new InvalidOperationException($"The aggregate {aggregate} has no computation."),
    };

    private static MetricPlan Plan(HashSet<Aggregate> wanted, List<double> words)
    {
        return new MetricPlan
        {
            Count = Take(true, 0),
            Sum = Take(wanted.Contains(Aggregate.Sum) || wanted.Contains(Aggregate.Mean), 0, 0),
            Min = Take(wanted.Contains(Aggregate.Min) || wanted.Contains(Aggregate.Range), double.PositiveInfinity),
            Max = Take(wanted.Contains(Aggregate.Max) || wanted.Contains(Aggregate.Range), double.NegativeInfinity),
            First = Take(wanted.Contains(Aggregate.First), double.PositiveInfinity, 0),
            Last = Take(wanted.Contains(Aggregate.Last), double.NegativeInfinity, 0),
            Spread = Take(wanted.Contains(Aggregate.Stddev), 0, 0, 0),
        };

        int Take(bool isWanted, params ReadOnlySpan<double> initial)
        {
            if (!isWanted)
            {
                return -1;
            }

            words.AddRange(initial);
            return words.Count - initial.Length;
        }
    }
}
