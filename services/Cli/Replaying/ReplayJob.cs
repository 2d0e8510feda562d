using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Contracts;
using Streaming.Features.Replay;
using Streaming.Hosting;

namespace Streaming.Cli.Replaying;

/// <summary>What a replay does, whole: all that a process needs to go on where another one ended. Kept in the job's first step.</summary>
internal sealed record ReplayJob
{
    public const string Replay = "replay";
    public const string Backfill = "backfill";

    private const int MostEntityText = 200_000;

    public required string Id { get; init; }

    /// <summary><see cref="Replay"/> into a topic, or <see cref="Backfill"/> of the history.</summary>
    public required string Kind { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    /// <summary>In the order given; null for all.</summary>
    public IReadOnlyList<string>? Entities { get; init; }

    /// <summary>Name, version and content hash of each.</summary>
    public required IReadOnlyList<ReplayedSet> Sets { get; init; }

    /// <summary>The topic written to, in full; empty for a backfill.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Where to begin and to end in each partition.</summary>
    public required IReadOnlyList<PartitionPart> Parts { get; init; }

    /// <summary>How many partitions the topics of an entity have.</summary>
    public required int Partitions { get; init; }

    /// <summary>Attributes that were appended before it are said before the first record; null where the replay begins at the log's start.</summary>
    public long? AttributesUntil { get; init; }

    /// <summary>The id that vectors are framed with.</summary>
    public required int SchemaId { get; init; }

    /// <summary>Sets, as NAME:VERSION, of which the log lacks what members of groups say, so that it is computed: all partitions are then replayed side by side. None where the log has it.</summary>
    public IReadOnlyList<string> MembersOf { get; init; } = [];

    /// <summary>Which vectors are not exact, and why; empty where all are.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public VectorChoice Choice => new(From, To, Entities?.ToHashSet(StringComparer.Ordinal));

    /// <summary>Where nothing has been done yet.</summary>
    public ReplayProgress Start => new(0, MembersOf.Count == 0 && Parts.Count > 0 ? Parts[0].First : 0, 0);

    public long Records => Parts.Sum(part => part.End - part.First);

    /// <summary>The job's steps for <c>pipeline.jobs</c>.</summary>
    public JobEvent Step(JobState state, Dictionary<string, string> result) => new()
    {
        JobId = Id,
        Kind = Kind,
        State = state,
        Actor = Actor,
        Reason = Reason,
        RangeStart = From,
        RangeEnd = To,
        Parameters = state == JobState.Started ? Parameters() : [],
        Result = result,
    };

    /// <summary>The job of a first step.</summary>
    /// <exception cref="CommandException">It is no replay, or of another version.</exception>
    public static ReplayJob Read(JobEvent started)
    {
        if (started.Kind is not (Replay or Backfill))
        {
            throw new CommandException($"--resume '{started.JobId}': is of the kind {started.Kind}; only a replay or backfill can be resumed.", exitCode: ExitCodes.Configuration);
        }

        try
        {
            var said = started.Parameters;
            return new ReplayJob
            {
                Id = started.JobId,
                Kind = started.Kind,
                Actor = started.Actor,
                Reason = started.Reason,
                From = started.RangeStart!.Value,
                To = started.RangeEnd!.Value,
                Entities = said.TryGetValue("entities", out var entities) ? JsonSerializer.Deserialize(entities, ReplayJobJson.Default.StringArray) : null,
                Sets = JsonSerializer.Deserialize(said["feature_sets"], ReplayJobJson.Default.ReplayedSetArray)!,
                Topic = said.GetValueOrDefault("to_topic", ""),
                Parts = JsonSerializer.Deserialize(said["offsets"], ReplayJobJson.Default.PartitionPartArray)!,
                Partitions = int.Parse(said["partitions"], CultureInfo.InvariantCulture),
                AttributesUntil = said.TryGetValue("attributes_until", out var until) ? long.Parse(until, CultureInfo.InvariantCulture) : null,
                SchemaId = int.Parse(said["schema_id"], CultureInfo.InvariantCulture),
                MembersOf = said.TryGetValue("members_of", out var members) ? JsonSerializer.Deserialize(members, ReplayJobJson.Default.StringArray)! : [],
                Warnings = said.TryGetValue("not_exact", out var warnings) ? JsonSerializer.Deserialize(warnings, ReplayJobJson.Default.StringArray)! : [],
            };
        }
        catch (Exception unreadable) when (unreadable is KeyNotFoundException or JsonException or FormatException or InvalidOperationException)
        {
            throw new CommandException($"--resume '{started.JobId}': its first step in {Topics.PipelineJobs.Name} was written by another version ({unreadable.Message}). Resume it with that version, or start it anew.", unreadable);
        }
    }

    private Dictionary<string, string> Parameters()
    {
        var parameters = new Dictionary<string, string>
        {
            ["feature_sets"] = JsonSerializer.Serialize([.. Sets], ReplayJobJson.Default.ReplayedSetArray),
            ["offsets"] = JsonSerializer.Serialize([.. Parts], ReplayJobJson.Default.PartitionPartArray),
            ["partitions"] = Partitions.ToString(CultureInfo.InvariantCulture),
            ["schema_id"] = SchemaId.ToString(CultureInfo.InvariantCulture),
            ["pipeline_version"] = PipelineVersion.Current,
        };
        if (Topic.Length > 0)
        {
            parameters.Add("to_topic", Topic);
        }

        if (MembersOf.Count > 0)
        {
            parameters.Add("members_of", JsonSerializer.Serialize([.. MembersOf], ReplayJobJson.Default.StringArray));
        }

        if (Warnings.Count > 0)
        {
            parameters.Add("not_exact", JsonSerializer.Serialize([.. Warnings], ReplayJobJson.Default.StringArray));
        }

        if (AttributesUntil is { } until)
        {
            parameters.Add("attributes_until", until.ToString(CultureInfo.InvariantCulture));
        }

        if (Entities is not null)
        {
            var text = JsonSerializer.Serialize([.. Entities], ReplayJobJson.Default.StringArray);
            parameters.Add("entities", text.Length <= MostEntityText
                ? text
                : throw new ConfigurationException([$"--entities: {Entities.Count} entities take {text.Length} characters; {MostEntityText} are the most that a job can name. Replay all of them, or in several jobs."]));
        }

        return parameters;
    }
}

/// <summary>A feature set by what it is.</summary>
internal sealed record ReplayedSet(string Name, int Version, string Hash);

/// <summary>A part of a partition of <c>sensor.readings</c>: the first offset, and the one after the last.</summary>
internal sealed record PartitionPart(int Partition, long First, long End);

[JsonSerializable(typeof(ReplayedSet[]))]
[JsonSerializable(typeof(PartitionPart[]))]
[JsonSerializable(typeof(string[]))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class ReplayJobJson : JsonSerializerContext;
