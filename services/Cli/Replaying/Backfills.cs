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
    /// Sets for which the log lacks what members of groups say of each other: that comes by the log from where a set runs. A set that has not run has none of it there, and neither
    /// has a backfill, whose range is before the set ran.
    /// </summary>
    public static IEnumerable<FeatureSetDefinition> WithSilentMembers(ChosenSets sets, string kind) =>
        (kind == ReplayJob.Backfill ? sets.All : sets.Unpublished).Where(set => set.Features.Any(feature => feature.Source == FeatureSource.GroupAggregate));

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
