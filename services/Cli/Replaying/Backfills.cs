using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.History;
using Streaming.History.Queries;
using Streaming.Hosting;

namespace Streaming.Cli.Replaying;

/// <summary>What a backfill must not do to a history.</summary>
internal static class Backfills
{
    /// <summary>
    /// What members of a group say of each other comes by the log, from where the set runs. A set that has not run has none of it there, and neither
    /// has a backfill, whose range is before the set ran.
    /// </summary>
    /// <exception cref="ConfigurationException">A set would be computed without its members' values.</exception>
    public static void RefuseSilentMembers(ChosenSets sets, string kind)
    {
        var errors = (kind == ReplayJob.Backfill ? sets.All : sets.Unpublished)
            .Select(set => (set.Id, Features: set.Features.Where(feature => feature.Source == FeatureSource.GroupAggregate).Select(feature => feature.Name).ToList()))
            .Where(set => set.Features.Count > 0)
            .Select(set => $"Feature set {set.Id}: {string.Join(", ", set.Features)} would be missing in every vector. Aggregates over a group are made of what its members' vectors said while the set ran, and of this range the log has none; replay a range in which the set ran, or backfill a version without them.")
            .ToList();
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    /// <summary>A range that holds vectors of the set was served, or filled by another job: one more of each bucket would be one too many.</summary>
    /// <exception cref="ConfigurationException">There are such vectors.</exception>
    public static async Task RefuseTakenAsync(IHistoryReader history, ReplayJob job, CancellationToken cancellation)
    {
        var errors = new List<string>();
        foreach (var set in job.Sets)
        {
            foreach (var entity in job.Entities ?? [null!])
            {
                var query = new VectorQuery
                {
                    EntityId = entity,
                    Range = new TimeRange(job.From, job.To),
                    FeatureSet = set.Name,
                    FeatureSetVersion = set.Version,
                    Revisions = Revisions.All,
                    Limit = 1,
                };
                await foreach (var row in history.VectorsAsync(query, cancellation))
                {
                    errors.Add($"--into-history: the history holds vectors of {set.Name}:{set.Version} in this range already, such as {row.EntityId} at {TimeText.Of(row.BucketStart)} (close reason {row.CloseReason}); choose a range or entities without.");
                }

                if (errors.Count > 0)
                {
                    throw new ConfigurationException(errors);
                }
            }
        }
    }
}

/// <summary>Feature sets that a backfill makes known, so that their values have names and their versions keep their content.</summary>
/// <param name="Topic"><c>feature.sets</c>, in full.</param>
/// <param name="SchemaId">The id that its values are framed with.</param>
/// <param name="All">All of them.</param>
/// <param name="Unpublished">Those that the topic does not know.</param>
internal sealed record PublishedSets(string Topic, int SchemaId, IReadOnlyList<FeatureSet> All, IReadOnlyList<FeatureSet> Unpublished)
{
    public static PublishedSets Of(string topic, int schemaId, ChosenSets sets) =>
        new(topic, schemaId, [.. sets.All.Select(set => set.ToRecord())], [.. sets.Unpublished.Select(set => set.ToRecord())]);
}
