using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Rendering;
using Streaming.Cli.Replaying;
using Streaming.Hosting;
using Streaming.Ingest;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming replay</c>: vectors of a range once more, into a topic apart or the history.</summary>
internal static class ReplayCommand
{
    private const string Help = """
        Reads sensor.readings of a range once more and computes its vectors by the same code as FeatureAssembly: the same range and the same
        version give the bytes that were served. Live work is not touched: the replay reads outside its group and writes under a name of its own.
          --to-topic TOPIC   writes them to a topic apart, which is made where it is missing, in live order and exactly once
          --into-history     keeps them in the history as the backfill of a feature set that did not run at the time: their close reason is
                             'backfill', and they are known from now on, so that an export as of an earlier moment does not see them.
                             Buckets before the set's 'from' are made too; it ends where live work begins
        The range selects bucket starts. The log is read from far enough before them that windows, lags and watermarks are what they were, to its
        end as it is now, since late readings may still revise a bucket; --dry-run tells from where, and counts what would be written.

        Aggregates over a group, of a set that did not run: what members say of themselves is computed of all partitions side by side.

        Each run is a job in pipeline.jobs, with who, why, range and result. Whatever ends it, --resume JOB goes on where it stood: no vector
        is missing or there twice. A topic that holds records already is refused, unless --append says that more may follow them.

        Exit codes: 0 done; 78 the configuration or a value is wrong; 64 wrong options; 70 retention has removed what a resumed job still needs;
        75 another process works on the same job; 130 interrupted (--resume goes on); 1 anything else.

        Examples:
          streaming replay --from 2026-01-30T00:00:00Z --to 2026-01-31T00:00:00Z --to-topic replayed.vectors --dry-run
          streaming replay --day 2026-01-30 --feature-set herd:3 --entities cow-1,cow-2 --to-topic replayed.vectors --reason "what did cow-1 look like?"
          streaming replay --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --definition herd-4.yaml --into-history --history history.db --rate 50000
          streaming replay --resume replay-5f0c2a
        """;

    public static Command Make()
    {
        var options = new ReplayOptions();
        var command = new Command("replay", Help);
        options.AddTo(command);
        var dryRun = new Option<bool>("--dry-run") { Description = "Reads and computes, and tells what would be written; writes nothing, and records no job." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        command.Options.Add(dryRun);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = options.Read(parsed);
            await using var session = await ReplaySession.OpenAsync(asked, parsed, cancellation);
            var job = asked.Resume is { } id ? await session.FindAsync(id, cancellation) : await session.PlanAsync(cancellation);
            if (!parsed.GetValue(json))
            {
                Answer.Write(Plan(job, session));
            }

            var report = parsed.GetValue(dryRun) ? await session.CountAsync(job, cancellation) : await session.RunAsync(job, asked.Resume is not null, cancellation);
            Answer.Write(report, ReplayReportJson.Default.ReplayReport, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<string> Plan(ReplayJob job, ReplaySession session)
    {
        yield return $"feature sets  {string.Join(", ", job.Sets.Select(set => $"{set.Name}:{set.Version}, content {set.Hash}"))}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"range         {TimeText.Of(job.From)} to {TimeText.Of(job.To)}, {(job.Entities is null ? "all entities" : $"{job.Entities.Count} entities")}");
        yield return string.Create(CultureInfo.InvariantCulture, $"reads         {job.Records:N0} records of sensor.readings, in {job.Parts.Count} of {job.Partitions} partitions{session.Begins}");
        if (job.MembersOf.Count > 0)
        {
            yield return $"members       all partitions side by side: what members of groups say of {string.Join(", ", job.MembersOf)} is not in the log, and is computed";
        }

        foreach (var warning in job.Warnings)
        {
            yield return $"not exact     {warning}";
        }

        yield return $"writes        {session.Target}";
    }

    private static IEnumerable<string> Lines(ReplayReport report)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{(report.DryRun ? "would write" : "written"),-13} {report.Vectors:N0} vectors");
        if (report.EvictedEntities > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"not exact     {report.EvictedEntities:N0} entities were evicted, since maxEntities left no room for them: their vectors may differ from those served");
        }

        if (report.Job is not null)
        {
            yield return $"job           {report.Job}";
        }
    }
}

/// <summary>What a replay came to.</summary>
/// <param name="Job">The job; null for a dry run.</param>
/// <param name="Kind">Replay or backfill.</param>
/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="Target">Where vectors went.</param>
/// <param name="FeatureSets">What was computed.</param>
/// <param name="From">The first bucket start.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Parts">The offsets of sensor.readings.</param>
/// <param name="Records">How many offsets these are.</param>
/// <param name="Vectors">Vectors written, by every process that worked on the job; of a dry run, that would be.</param>
/// <param name="EvictedEntities">Entities that a bound left no room for.</param>
/// <param name="Warnings">Which vectors are not exact, and why.</param>
internal sealed record ReplayReport(
    string? Job, string Kind, bool DryRun, string Target, IReadOnlyList<ReplayedSet> FeatureSets, long From, long To, IReadOnlyList<PartitionPart> Parts, long Records, long Vectors,
    long EvictedEntities, IReadOnlyList<string> Warnings);

[JsonSerializable(typeof(ReplayReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class ReplayReportJson : JsonSerializerContext;
