using Streaming.Features.Definitions;

namespace Streaming.Features.Tests.Reference;

/// <summary>Aggregates from the list of a bucket's readings, as their definitions are written.</summary>
internal static class NaiveAggregates
{
    /// <summary>The value of a feature; null where it is missing.</summary>
    public static double? Compute(FeatureDefinition feature, IEnumerable<NaiveContribution> readings)
    {
        // In the order of arrival; sorting by event time keeps it among equals.
        var values = readings
            .SelectMany(reading => reading.Reading.Metrics.Where(metric => metric.Name == feature.Metric).Select(metric => (reading.Reading.Time, metric.Value)))
            .OrderBy(value => value.Time)
            .ToList();
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
            _ => throw new ArgumentException($"no definition of {feature.Aggregate}"),
        };
    }
}
