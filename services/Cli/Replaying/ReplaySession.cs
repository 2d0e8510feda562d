using System.CommandLine;
using System.Globalization;
using Streaming.Avro.Registry;
using Streaming.Cli.Commands;
using Streaming.Cli.Jobs;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Cli.Replaying;

/// <summary>A replay with what it needs of the outside: cluster, registry, history.</summary>
internal sealed class ReplaySession : IAsyncDisposable
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(15);

    private readonly ReplayAsked _asked;
    private readonly ParseResult _parsed;
    private readonly SchemaRegistryClient _registry;
    private readonly TopicNames _names;
    private readonly IReadOnlyDictionary<Topic, int> _ids;
    private readonly TimeProvider _clock = TimeProvider.System;
    private ChosenSets _sets = ChosenSets.None;
    private IReadOnlyList<FeatureSetDefinition> _computed = [];

    private ReplaySession(ReplayAsked asked, ParseResult parsed, SchemaRegistryClient registry, IReadOnlyDictionary<Topic, int> ids)
    {
        (_asked, _parsed, _registry, _ids) = (asked, parsed, registry, ids);
        _names = new TopicNames(asked.Kafka.TopicPrefix);
    }

    /// <summary>Where the vectors go, in words.</summary>
    public string Target { get; private set; } = "";

    /// <summary>How the place to begin was chosen, in words.</summary>
    public string Begins { get; private set; } = "";

    /// <exception cref="SchemaRegistryException">The registry is away, or lacks schemas.</exception>
    public static async Task<ReplaySession> OpenAsync(ReplayAsked asked, ParseResult parsed, CancellationToken cancellation)
    {
        var registry = new SchemaRegistryClient(asked.Registry);
        try
        {
            var ids = await new SubjectSetup(registry, new TopicNames(asked.Kafka.TopicPrefix)).FindAsync([Topics.FeatureVectors, Topics.PipelineJobs, Topics.FeatureSets], cancellation);
            return new ReplaySession(asked, parsed, registry, ids);
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    /// <summary>Plans a new job.</summary>
    /// <exception cref="ConfigurationException">What is asked for cannot be done; every reason is named.</exception>
    public async Task<ReplayJob> PlanAsync(CancellationToken cancellation)
    {
        var choice = _asked.Choice!;
        _sets = await _asked.Options.Sets.ReadAsync(_parsed, _asked.Kafka, _registry, cancellation);
        var kind = _asked.Topic is null ? ReplayJob.Backfill : ReplayJob.Replay;
        string[] membersOf = [.. Backfills.WithSilentMembers(_sets, kind).Select(set => set.Id)];
        RefuseLiveRange(kind, choice.To);
        Use(kind);
        var plan = await LogPlan.MakeAsync(_asked.Kafka, _computed, choice, _asked.Skew, cancellation, all: membersOf.Length > 0);
        Begins = plan.Begins;
        var job = new ReplayJob
        {
            Id = $"{kind}-{Guid.NewGuid():N}",
            Kind = kind,
            Actor = _asked.Actor,
            Reason = _asked.Reason,
            From = choice.From,
            To = choice.To,
            Entities = choice.Entities is null ? null : [.. choice.Entities],
            Sets = [.. _sets.All.Select(set => new ReplayedSet(set.Name, set.Version, set.Hash))],
            Topic = _asked.Topic is null ? "" : await TopicAsync(_asked.Topic, cancellation),
            Parts = plan.Parts,
            Partitions = plan.Partitions,
            AttributesUntil = plan.AttributesUntil,
            SchemaId = _ids[Topics.FeatureVectors],
            MembersOf = membersOf,
            Warnings = [.. plan.Warnings(choice)],
        };
        Target = job.Kind == ReplayJob.Replay ? $"topic {job.Topic}" : "the history, as a backfill";
        return job;
    }

    /// <summary>Finds a job to go on with.</summary>
    /// <exception cref="CommandException">There is none, or it is done.</exception>
    public async Task<ReplayJob> FindAsync(string id, CancellationToken cancellation)
    {
        // Ends what a process that died left open, which would hide for a while how far it came.
        using (var progress = new JobProgress(_asked.Kafka, id))
        {
            await progress.OpenAsync(cancellation);
        }

        var stored = await StoredJob.FindAsync(_asked.Kafka, _registry, id, cancellation);
        if (stored.IsCompleted)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"--resume '{id}': the job is done; it wrote {stored.Progress.Vectors} vectors."), exitCode: ExitCodes.Configuration);
        }

        _sets = await _asked.Options.Sets.ReadAsync(_parsed, stored.Job, _asked.Kafka, _registry, cancellation);
        Use(stored.Job.Kind);
        await RefuseCutLogAsync(stored, cancellation);
        Target = stored.Job.Kind == ReplayJob.Replay ? $"topic {stored.Job.Topic}" : "the history, as a backfill";
        Begins = string.Create(CultureInfo.InvariantCulture, $"; goes on after {stored.Progress.Vectors:N0} vectors");
        return stored.Job;
    }

    /// <summary>Computes everything and writes nothing.</summary>
    public async Task<ReplayReport> CountAsync(ReplayJob job, CancellationToken cancellation)
    {
        var (progress, evicted) = await ShowAsync(job, null, job.Start, cancellation);
        return Report(job, progress, evicted, dryRun: true);
    }

    /// <summary>Runs a job to its end.</summary>
    public async Task<ReplayReport> RunAsync(ReplayJob job, bool resumes, CancellationToken cancellation)
    {
        using var journal = await JobJournal.OpenAsync(_asked.Kafka, _asked.Registry, cancellation);
        await using var history = job.Kind == ReplayJob.Backfill ? await _asked.Options.History.OpenAsync(_parsed, cancellation) : null;
        if (!resumes)
        {
            if (history is not null)
            {
                await Backfills.RefuseTakenAsync(history, job, cancellation);
            }
            else
            {
                await MakeTopicAsync(job, cancellation);
            }

            await journal.WriteAsync(job.Step(JobState.Started, []), cancellation);
            await Console.Error.WriteLineAsync($"streaming: job {job.Id}; should it be interrupted, 'streaming replay --resume {job.Id}' goes on.");
        }

        try
        {
            var (progress, evicted) = await WriteAsync(job, history, cancellation);
            var report = Report(job, progress, evicted, dryRun: false);
            var result = new Dictionary<string, string>(progress.Result)
            {
                ["records"] = job.Records.ToString(CultureInfo.InvariantCulture),
                ["evicted_entities"] = evicted.ToString(CultureInfo.InvariantCulture),
                ["exact"] = job.Warnings.Count == 0 && evicted == 0 ? "true" : "false",
            };
            await journal.WriteAsync(job.Step(JobState.Completed, result), cancellation);
            return report;
        }
        catch (Exception failure) when (failure is not WorkerException { Kind: FailureKind.Replaced })
        {
            // Where the last word cannot be written, the reason for that is of no interest any more: the job can be resumed all the same.
            using var patience = new CancellationTokenSource(LastWord);
            var state = failure is OperationCanceledException ? JobState.Cancelled : JobState.Failed;
            await journal.WriteAsync(job.Step(state, new() { ["error"] = failure.Message }), patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _registry.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(ReplayProgress Progress, long Evicted)> WriteAsync(ReplayJob job, IHistory? history, CancellationToken cancellation)
    {
        // Opening the target ends what an earlier process left open, so that what is read then is all that it wrote.
        var progressId = _ids[Topics.PipelineJobs];
        var stored = await StoredJob.FindAsync(_asked.Kafka, _registry, job.Id, cancellation);
        using IReplayTarget target = history is null
            ? new TopicTarget(_asked.Kafka, job, progressId)
            : new HistoryTarget(_asked.Kafka, job, progressId, history, stored.Started, PublishedSets.Of(_names.Of(Topics.FeatureSets), _ids[Topics.FeatureSets], _sets));
        await target.OpenAsync(cancellation);
        stored = await StoredJob.FindAsync(_asked.Kafka, _registry, job.Id, cancellation);
        return await ShowAsync(job, target, stored.Progress, cancellation);
    }

    private async Task<(ReplayProgress Progress, long Evicted)> ShowAsync(ReplayJob job, IReplayTarget? target, ReplayProgress from, CancellationToken cancellation)
    {
        var said = await KnownAttributes.ReadAsync(_asked.Kafka, _registry, _computed, job.AttributesUntil, new IngestOptions(), cancellation);
        var run = new ReplayRun(_asked.Kafka, job, _computed, said, _clock);
        var progress = await ProgressBar.ShowAsync(job.Records, show => run.RunAsync(
            target, from, _asked.Rate, (done, vectors) => show(done, string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {job.Records:N0} records, {vectors:N0} vectors")), cancellation));
        return (progress, run.Evicted);
    }

    /// <summary>A backfill makes what live work did not: buckets before the set's <c>from</c> too.</summary>
    private void Use(string kind) => _computed = kind == ReplayJob.Backfill ? [.. _sets.All.Select(set => set with { IgnoresFrom = true })] : _sets.All;

    private void RefuseLiveRange(string kind, long to)
    {
        var errors = _sets.All.Where(set => kind == ReplayJob.Backfill && set.From < to).Select(set =>
            $"--to '{TimeText.Of(to)}': feature set '{set.Name}' version {set.Version} runs live from {TimeText.Of(set.From!.Value)} on, where what is served is right; end the backfill there: --to {TimeText.Of(set.From.Value)}.").ToList();
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    private async Task RefuseCutLogAsync(StoredJob stored, CancellationToken cancellation)
    {
        var topic = _names.Of(Topics.SensorReadings);
        using var admin = new TopicAdmin(_asked.Kafka);
        var first = (await admin.RangesAsync(topic, cancellation)).ToDictionary(range => range.Partition, range => range.First);
        if (stored.Job.Parts.Skip(stored.Progress.Part).FirstOrDefault(part => first.GetValueOrDefault(part.Partition) > part.First) is { } cut)
        {
            throw new CommandException(
                $"{topic}/{cut.Partition} begins at offset {first[cut.Partition]}, but the job needs it from {cut.First}: retention has removed it since. What is written stays; a new job makes what can still be made, and says what is not exact.",
                exitCode: ExitCodes.Invariant);
        }
    }

    private async Task<string> TopicAsync(string name, CancellationToken cancellation)
    {
        var topic = _asked.Kafka.TopicPrefix + name;
        if (_names.Find(topic) is not null)
        {
            throw new ConfigurationException([$"--to-topic '{name}': is a topic of the chain; a replay goes to a topic apart, as replayed.{name}."]);
        }

        using var admin = new TopicAdmin(_asked.Kafka);
        var held = (await admin.RangesAsync(topic, cancellation)).Sum(range => range.End - range.First);
        return held == 0 || _asked.Append
            ? topic
            : throw new ConfigurationException([$"--to-topic '{name}': {topic} holds {held} records already; name another topic, or let more follow them with --append."]);
    }

    private async Task MakeTopicAsync(ReplayJob job, CancellationToken cancellation)
    {
        using var admin = new TopicAdmin(_asked.Kafka);
        var outcome = (await admin.EnsureAsync([new TopicSpecification(job.Topic, job.Partitions, -1, Topics.FeatureVectors.Settings)], cancellation))[0];
        if (outcome.Differences.FirstOrDefault(difference => difference.Setting == "partitions") is { } other)
        {
            throw new ConfigurationException([$"--to-topic '{_asked.Topic}': {job.Topic} has {other.Found} partitions; it must have {other.Wanted}, as sensor.readings, so that each entity keeps its order. Name another topic."]);
        }
    }

    private ReplayReport Report(ReplayJob job, ReplayProgress progress, long evicted, bool dryRun) => new(
        dryRun ? null : job.Id, job.Kind, dryRun, Target, job.Sets, job.From, job.To, job.Parts, job.Records, progress.Vectors, evicted, job.Warnings);
}
