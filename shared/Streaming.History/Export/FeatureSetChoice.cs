using Streaming.History.Rows;

namespace Streaming.History.Export;

/// <summary>Finds what the values of vectors are, in the feature sets that the history has.</summary>
public static class FeatureSetChoice
{
    /// <summary>
    /// The feature set of a name: of the version given, else of the highest that was known; of that, the content known last. A version given may have become known
    /// later where there is but one content of it: what a hash stands for does not change.
    /// </summary>
    /// <param name="history">The history.</param>
    /// <param name="name">The feature set's name.</param>
    /// <param name="version">The version; null for the highest.</param>
    /// <param name="asOf">The moment, in milliseconds since 1970.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The feature set, or why there is none.</returns>
    public static async Task<(ExportedFeatureSet? Found, string? Fault)> FindAsync(
        IHistoryReader history, string name, int? version, long asOf, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        var (known, later) = (new List<FeatureSetRow>(), new List<FeatureSetRow>());
        await foreach (var row in history.FeatureSetsAsync(name, cancellation).ConfigureAwait(false))
        {
            if (version is null || row.Version == version)
            {
                (row.Origin.KnownTime <= asOf ? known : later).Add(row);
            }
        }

        if (known.OrderBy(row => row.Version).ThenBy(row => row.Origin).LastOrDefault() is { } chosen)
        {
            return (Of(chosen), null);
        }

        var wanted = version is null ? name : $"{name}:{version}";
        var contents = later.Select(row => row.Hash).Distinct(StringComparer.Ordinal).Count();
        return contents switch
        {
            0 => (null, $"the history does not know the feature set '{wanted}'"),
            1 when version is not null => (Of(later[0]), null),
            1 => (null, $"no version of the feature set '{name}' was known then; name the version"),
            _ => (null, $"none of the {contents} contents under '{wanted}' was known then"),
        };
    }

    private static ExportedFeatureSet Of(FeatureSetRow row) => new(row.Name, row.Version, row.Hash, row.Layout);
}
