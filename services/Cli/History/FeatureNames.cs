using Streaming.History;
using Streaming.History.Rows;

namespace Streaming.Cli.History;

/// <summary>The names of vectors' values, by the feature sets that the history knows; <c>feature_1</c> … where it knows none.</summary>
internal sealed class FeatureNames
{
    private readonly Dictionary<(string Name, int Version, string Hash), IReadOnlyList<string>> _known = [];

    public static async Task<FeatureNames> ReadAsync(IHistoryReader history, CancellationToken cancellation)
    {
        var names = new FeatureNames();
        await foreach (var set in history.FeatureSetsAsync(null, cancellation))
        {
            names._known[(set.Name, set.Version, set.Hash)] = [.. set.Layout.Select(column => column.Name)];
        }

        return names;
    }

    public IReadOnlyList<string> Of(VectorRow vector)
    {
        var set = (vector.FeatureSet, vector.FeatureSetVersion, vector.FeatureSetHash);
        if (!_known.TryGetValue(set, out var names) || names.Count != vector.Features.Length)
        {
            names = [.. Enumerable.Range(1, vector.Features.Length).Select(position => $"feature_{position}")];
            _known[set] = names;
        }

        return names;
    }
}
