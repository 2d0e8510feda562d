using Streaming.Contracts;

namespace Streaming.Features.Definitions;

/// <summary>What <c>feature.sets</c> says has run: what runs under a name and version never changes (docs/TIME.md, rule 19).</summary>
/// <param name="published">Its records, in the order in which they were written; of one name and version the last counts.</param>
public sealed class FeatureSetRegister(IEnumerable<FeatureSet> published)
{
    private readonly Dictionary<(string Name, int Version), FeatureSet> _sets = ByIdentity(published);

    /// <summary>Everything that has run, by name and version.</summary>
    public IReadOnlyList<FeatureSet> Sets => [.. _sets.Values.OrderBy(set => (set.Name, set.Version), Comparer<(string, int)>.Create(FeatureSetDirectory.Compare))];

    /// <summary>What ran under a name and version; null where nothing did.</summary>
    public FeatureSet? Find(string name, int version) => _sets.GetValueOrDefault((name, version));

    /// <summary>The highest version that ran under a name; null where none did.</summary>
    public FeatureSet? FindNewest(string name) => _sets.Values.Where(set => set.Name == name).MaxBy(set => set.Version);

    /// <summary>Compares sets that are to run with what has run.</summary>
    /// <returns>A line for each that has another content under a name and version that is taken: name, version, both hashes, what to do.</returns>
    public IReadOnlyList<string> Check(IEnumerable<FeatureSetDefinition> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return [.. sets.Select(Check).OfType<string>()];
    }

    private string? Check(FeatureSetDefinition set) => Find(set.Name, set.Version) is { } known && known.Hash != set.Hash
        ? $"Feature set '{set.Name}' version {set.Version} has the content {set.Hash}, but feature.sets says that the content {known.Hash} ran under this name and version: what runs under a name and "
            + $"version never changes. Give the changed definition a version that is free, such as {FindNewest(set.Name)!.Version + 1}, and a 'from' where it should begin at a clean line; or put the former content back."
        : null;

    private static Dictionary<(string, int), FeatureSet> ByIdentity(IEnumerable<FeatureSet> published)
    {
        ArgumentNullException.ThrowIfNull(published);
        var sets = new Dictionary<(string, int), FeatureSet>();
        foreach (var set in published)
        {
            sets[(set.Name, set.Version)] = set;
        }

        return sets;
    }
}
