using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>What members of groups said of themselves, for one feature set: for each bucket a list in the order of arrival.</summary>
internal sealed class NaiveMembers(FeatureSetDefinition set)
{
    private const long Hour = 3_600_000;

    private readonly SortedDictionary<long, List<(Said Said, long Arrival)>> _buckets = [];

    private long Kept => set.Features.Where(feature => feature.Source == FeatureSource.GroupAggregate).Max(feature => feature.MaxAge) ?? set.Grace + set.IdleClose + set.ReviseFor + Hour;

    /// <summary>Features of which there are aggregates, in the order of the set.</summary>
    public static List<int> SharedIn(FeatureSetDefinition set) =>
        [.. Enumerable.Range(0, set.Features.Count).Where(i => set.Features.Any(feature => feature.Source == FeatureSource.GroupAggregate && feature.Feature == set.Features[i].Name))];

    /// <summary>Takes in what one says.</summary>
    /// <returns>The groups that it concerns; none where it is of no use.</returns>
    public List<string> Take(Said said, long? logTime)
    {
        if (said.Hash != set.Hash || SharedIn(set).Count == 0)
        {
            return [];
        }

        foreach (var past in _buckets.Where(bucket => bucket.Value.Max(other => other.Arrival) + Kept <= logTime).Select(bucket => bucket.Key).ToList())
        {
            _buckets.Remove(past);
        }

        if (!_buckets.ContainsKey(said.Start) && _buckets.Count == set.MaxOpenBuckets)
        {
            if (_buckets.Keys.First() > said.Start)
            {
                return [];
            }

            _buckets.Remove(_buckets.Keys.First());
        }

        _buckets.TryAdd(said.Start, []);
        var before = _buckets[said.Start].LastOrDefault(other => other.Said.Member == said.Member).Said;
        if (before?.Revision >= said.Revision)
        {
            return [];
        }

        _buckets[said.Start].Add((said, Math.Max(logTime ?? long.MinValue, said.Ingest)));
        return [.. new[] { said.Group, before?.Group }.OfType<string>().Where(group => group.Length > 0).Distinct()];
    }

    /// <summary>An aggregate over a group; null where it is missing.</summary>
    public double? Compute(FeatureDefinition feature, string group, long start)
    {
        var last = _buckets.GetValueOrDefault(start, []).Select(one => one.Said).GroupBy(said => said.Member).Select(member => member.Last()).Where(member => member.Group == group);
        var values = last.OrderBy(member => member.Member, StringComparer.Ordinal).SelectMany(member => member.Values.Where(value => value.Name == feature.Feature)).Select(value => (start, value.Value)).ToList();
        return group.Length == 0 ? null : NaiveAggregates.Compute(feature, values, start + set.Bucket);
    }
}
