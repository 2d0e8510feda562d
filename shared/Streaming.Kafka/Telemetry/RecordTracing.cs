using System.Diagnostics;
using System.Globalization;
using System.Text;
using Streaming.Contracts;
using Streaming.Telemetry;

namespace Streaming.Kafka;

/// <summary>
/// Follows sampled records through a worker: a span from their processing to the end of the transaction, and its context in the headers of what
/// comes of them. Records that are not followed cost nothing: only those with headers, and those that the sampling chooses, are looked at.
/// </summary>
internal sealed class RecordTracing
{
    private const int MostContributors = 8;

    private static readonly ActivitySource Source = new(TelemetryNames.Source);

    private readonly WorkerContext _context;
    private readonly ITraceJoin? _join;
    private readonly TraceSampling? _sampling;
    private readonly PerSecond _own;
    private readonly PerSecond _parents;
    private readonly Dictionary<(RecordBatch Batch, int Index), Activity> _followed = [];
    private readonly List<Activity> _created = [];
    private readonly ActivityContext[] _contributors = new ActivityContext[MostContributors];
    private readonly byte[] _parent = new byte[TraceContext.Length];
    private readonly List<int> _ofBatch = [];

    public RecordTracing(WorkerContext context)
    {
        _context = context;
        _join = context.Filter as ITraceJoin;
        _sampling = context.Binding.Sampling;
        _own = new PerSecond(_sampling?.OwnPerSecond ?? 0, context.Time);
        _parents = new PerSecond(_sampling?.ParentsPerSecond ?? int.MaxValue, context.Time);
    }

    /// <summary>Begins spans for the followed records of a batch that is about to be processed.</summary>
    public void Begin(RecordBatch batch)
    {
        if (Source.HasListeners() && batch.Count > 0)
        {
            if (_sampling is null or { HonourParents: true })
            {
                FollowParents(batch);
            }

            if (_sampling is { Every: > 0 })
            {
                Choose(batch, _sampling);
            }
        }
    }

    /// <summary>Gives what came of followed records their context.</summary>
    /// <param name="batch">The batch that was processed.</param>
    /// <param name="outputs">What came of it.</param>
    /// <param name="first">The first output of this batch.</param>
    public void Relate(RecordBatch batch, OutputBatch outputs, int first)
    {
        outputs.Source = OutputBatch.NoSource;
        var join = _join is { IsEmpty: false } ? _join : null;
        for (var i = first; join is not null && i < outputs.Count; i++)
        {
            var output = outputs[i];
            if (join.Find(batch, output, _contributors) is > 0 and var count)
            {
                AddContext(outputs, i, Create(output, _contributors.AsSpan(0, count)));
            }
        }

        foreach (var index in _ofBatch)
        {
            for (var i = outputs.FindSource(first, index); i < outputs.Count && outputs[i].Source == index; i++)
            {
                if (join is null || !outputs[i].Record.Headers.TryGet(TraceContext.ParentHeader, out _))
                {
                    AddContext(outputs, i, _followed[(batch, index)]);
                }
            }
        }

        _ofBatch.Clear();
    }

    /// <summary>Notes that a record was refused, and gives its dead letter the context.</summary>
    public void Refused(in Refusal refusal, OutputBatch attendant, int deadLetter)
    {
        if (_followed.Count == 0 || !_followed.TryGetValue((refusal.Batch, refusal.Index), out var activity))
        {
            return;
        }

        activity.SetTag(TelemetryNames.Error, refusal.Reason.ToString());
        activity.SetStatus(ActivityStatusCode.Error, refusal.Detail);
        AddContext(attendant, deadLetter, activity);
        Activity.Current = activity; // so that the line of the log belongs to the trace
        _context.Logger.RefusedFollowed(_context.Id, refusal.Reason, refusal.Detail);
        Activity.Current = null;
    }

    /// <summary>Ends the spans with their transaction.</summary>
    public void End(bool committed)
    {
        if (_followed.Count == 0 && _created.Count == 0)
        {
            return;
        }

        foreach (var activity in _followed.Values.Concat(_created))
        {
            if (!committed)
            {
                activity.SetTag(TelemetryNames.Error, "aborted");
                activity.SetStatus(ActivityStatusCode.Error, "the transaction was undone; the record is processed again");
            }

            activity.Stop();
        }

        Activity.Current = null;
        _followed.Clear();
        _created.Clear();
    }

    private void FollowParents(RecordBatch batch)
    {
        foreach (var index in batch.WithHeaders)
        {
            if (TryParent(batch[index], out var parent) && IsSampled(parent) && _parents.TryTake())
            {
                Follow(batch, index, parent);
            }
        }
    }

    private void Choose(RecordBatch batch, TraceSampling sampling)
    {
        var last = batch[batch.Count - 1].Offset;
        var topic = batch.Topic;
        for (var offset = sampling.Next(batch.Partition, batch[0].Offset); topic == 0 && offset <= last; offset = sampling.Next(batch.Partition, offset + 1))
        {
            var index = batch.Find(offset);
            var record = batch[index];
            if (record.Offset != offset || _followed.ContainsKey((batch, index)))
            {
                continue;
            }

            var hasParent = TryParent(record, out var parent);
            if ((!hasParent || !sampling.HonourParents) && _own.TryTake())
            {
                Follow(batch, index, parent);
            }
        }
    }

    private void Follow(RecordBatch batch, int index, ActivityContext parent)
    {
        var record = batch[index];
        var topic = _context.Binding.Inputs[batch.Topic];
        var activity = Source.StartActivity($"process {topic}", ActivityKind.Consumer, parent,
        [
            new(TelemetryNames.System, TelemetryNames.Kafka),
            new(TelemetryNames.Operation, "process"),
            new(TelemetryNames.OperationType, "process"),
            new(TelemetryNames.Destination, topic),
            new(TelemetryNames.Partition, batch.Partition.ToString(CultureInfo.InvariantCulture)),
            new(TelemetryNames.Offset, record.Offset),
            new(TelemetryNames.Key, Encoding.UTF8.GetString(record.Key)),
            new(TelemetryNames.Group, _context.Binding.Group),
            new(TelemetryNames.Client, _context.Id),
        ]);
        Activity.Current = null; // many records are worked on at once
        if (activity is { Recorded: true })
        {
            _followed.Add((batch, index), activity);
            _ofBatch.Add(index);
            _join?.Remember(batch, index, activity.Context);
        }
    }

    private Activity Create(in OutputRecord output, ReadOnlySpan<ActivityContext> contributors)
    {
        var topic = _context.Binding.Outputs[output.Topic].Name;
        var links = new ActivityLink[contributors.Length - 1];
        for (var i = 0; i < links.Length; i++)
        {
            links[i] = new ActivityLink(contributors[i + 1]);
        }

        var activity = Source.StartActivity($"create {topic}", ActivityKind.Producer, contributors[0],
        [
            new(TelemetryNames.System, TelemetryNames.Kafka),
            new(TelemetryNames.Operation, "create"),
            new(TelemetryNames.OperationType, "create"),
            new(TelemetryNames.Destination, topic),
            new(TelemetryNames.Key, Encoding.UTF8.GetString(output.Record.Key)),
            new(TelemetryNames.Client, _context.Id),
        ], links)!;
        Activity.Current = null;
        _created.Add(activity);
        return activity;
    }

    private void AddContext(OutputBatch outputs, int index, Activity activity)
    {
        TraceContext.Write(activity.Context, _parent);
        outputs.AddHeader(index, TraceContext.ParentHeader, _parent);
        if (activity.TraceStateString is { Length: > 0 } state)
        {
            outputs.AddHeader(index, TraceContext.StateHeader, Encoding.ASCII.GetBytes(state));
        }
    }

    private static bool TryParent(in Record record, out ActivityContext parent)
    {
        parent = default;
        if (!record.Headers.TryGet(TraceContext.ParentHeader, out var value))
        {
            return false;
        }

        record.Headers.TryGet(TraceContext.StateHeader, out var state);
        return TraceContext.TryRead(value, state, out parent);
    }

    private static bool IsSampled(in ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;
}
