using Streaming.Features.Definitions;

namespace Streaming.Features.Tests.Reference;

/// <summary>Aggregates from the list of a bucket's readings, as their definitions are written.</summary>
internal static class NaiveAggregates
{
    /// <summary>The value of a feature; null where it is missing.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="values">By event time; of one time, in the order of arrival.</param>
    /// <param name="end">The bucket's end.</param>
    public static double? Compute(FeatureDefinition feature, List<(long Time, double Value)> values, long end)
    {
        var numbers = values.Select(value => value.Value).ToList();
        return feature.Aggregate switch
        {
            Aggregate.Count => numbers.Count,
            Aggregate.Sum => numbers.Sum(),
            _ when numbers.Count == 0 => null,
            Aggregate.Mean => numbers.Average(),
            Aggregate.Min => numbers.Min(),
            Aggregate.Max => numbers.Max(),
            Aggregate.Range => numbers.Max() - numbers.Min(),
            Aggregate.First => values[0].Value,
            Aggregate.Last => values[^1].Value,
            Aggregate.Stddev when numbers.Count < 2 => null,
            Aggregate.Stddev => Math.Sqrt(numbers.Sum(number => Math.Pow(number - numbers.Average(), 2)) / (numbers.Count - 1)),
            Aggregate.Slope when values.Select(value => value.Time).Distinct().Count() < 2 => null,
            Aggregate.Slope => Slope([.. values.Select(value => ((value.Time - end) / 1000.0, value.Value))]),
            Aggregate.TimeAbove => values.Zip(values.Skip(1).Append((end, 0))).Sum(pair => pair.First.Value > feature.Above ? (pair.Second.Item1 - pair.First.Time) / 1000.0 : 0),
            _ => throw new ArgumentException($"no definition of {feature.Aggregate}"),
        };
    }

    /// <summary>The rises of a counter, of which the last ones count.</summary>
    public static double? Increase(List<double> values, int inWindow) =>
        inWindow == 0 ? null : values.Zip(values.Skip(1), (from, to) => to >= from ? to - from : Math.Max(0, to)).Sum();

    private static double Slope(List<(double Time, double Value)> values)
    {
        var (time, value) = (values.Average(pair => pair.Time), values.Average(pair => pair.Value));
        return values.Sum(pair => (pair.Time - time) * (pair.Value - value)) / values.Sum(pair => Math.Pow(pair.Time - time, 2));
    }
}
