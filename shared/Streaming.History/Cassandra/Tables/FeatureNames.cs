using System.Collections.Concurrent;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

/// <summary>What the values of vectors are called, as far as feature sets have passed or been looked up. A hash stands for one content, so what is known stays right.</summary>
internal sealed class FeatureNames
{
    private readonly ConcurrentDictionary<(string Name, int Version, string Hash), IReadOnlyList<string>> _known = [];

    /// <summary>The names in the feature set's order; null where they are not known yet.</summary>
    public IReadOnlyList<string>? Of(string name, int version, string hash) => _known.GetValueOrDefault((name, version, hash));

    /// <summary>Takes a feature set over.</summary>
    public void Learn(FeatureSetRow row) => _known.TryAdd((row.Name, row.Version, row.Hash), [.. row.Layout.Select(column => column.Name)]);
}
