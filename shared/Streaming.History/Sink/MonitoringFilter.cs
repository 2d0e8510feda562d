using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.History.Telemetry;
using Streaming.Monitoring;
using Streaming.Pipes;

namespace Streaming.History.Sink;

/// <summary>
/// Keeps what passes: vectors, predictions, labels, deployments, jobs and feature sets become rows of the history. Waits as long as the store is down; what
/// the store can never take is refused alone.
/// </summary>
public sealed class MonitoringFilter : ISink, IDisposable
{
    private const int MaxDoublings = 20;

    private readonly IHistoryWriter _history;
    private readonly RecordReader[] _readers;
    private readonly MonitoringFilterOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<HistoryUnavailableException?>? _outageChanged;
    private readonly IDisposable _shown;
    private List<CollectedRow> _collected = [];
    private string[] _topics = [];
    private HistoryUnavailableException? _outage;
    private long _rowsWritten;

    /// <summary>A sink into a history.</summary>
    /// <param name="history">The store; not disposed of here.</param>
    /// <param name="inputs">The topics in the order of the filter's binding.</param>
    /// <param name="options">The defaults where null. Read once.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="outageChanged">Told when the store cannot be written any more, and why; and, with null, when it can again.</param>
    /// <exception cref="ArgumentException">The options break rules, all named in the message, or no history is kept of a topic.</exception>
    public MonitoringFilter(
        IHistoryWriter history, IReadOnlyList<MonitoringInput> inputs, MonitoringFilterOptions? options = null, TimeProvider? time = null, Action<HistoryUnavailableException?>? outageChanged = null)
    {
        _outageChanged = outageChanged;
        _history = history;
        _readers = [.. inputs.Select(RecordReader.Of)];
        _options = options ?? new MonitoringFilterOptions();
        _time = time ?? TimeProvider.System;
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        _shown = SinkMeter.Show(this);
    }

    /// <summary>Why the store cannot be written now; null while it can. May be read from any thread.</summary>
    public HistoryUnavailableException? Outage => Volatile.Read(ref _outage);

    /// <summary>Rows made durable so far, repeated ones counted again. May be read from any thread.</summary>
    public long RowsWritten => Interlocked.Read(ref _rowsWritten);

    /// <inheritdoc/>
    public void Start(FilterTopics topics)
    {
        if (topics.Inputs.Count != _readers.Length)
        {
            throw new ArgumentException($"the filter is bound to {topics.Inputs.Count} topics and was made for {_readers.Length}; name the same ones in the same order.", nameof(topics));
        }

        _topics = [.. topics.Inputs.Select(input => input.Name)];
    }

    /// <inheritdoc/>
    public void Process(RecordBatch batch, OutputBatch output)
    {
        var reader = _readers[batch.Topic];
        for (var index = 0; index < batch.Count; index++)
        {
            var record = batch[index];
            var row = default(HistoryRow);
            var fault = record.HasValue
                ? reader.Read(record.Value, new RecordOrigin(record.AppendTime, _topics[batch.Topic], batch.Partition, record.Offset), out row)
                : new Fault(DeadLetterReason.NullValue, "the record has no value, and nothing is ever taken from the history");
            if (fault is null)
            {
                _collected.Add(new CollectedRow(row!, batch, index, output));
            }
            else
            {
                output.Refuse(batch, index, fault.Reason, fault.Detail, fault.Reason == DeadLetterReason.InvalidEntity ? null : EntityOf(row));
            }
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        // Taken over, so that rows discarded meanwhile are not those being written.
        var collected = _collected;
        _collected = [];
        for (var start = 0; start < collected.Count; start += _options.RowsPerWrite)
        {
            var part = collected.GetRange(start, Math.Min(_options.RowsPerWrite, collected.Count - start));
            var refused = await WriteAsync(part.ConvertAll(row => row.Row), cancellation).ConfigureAwait(false);
            Interlocked.Add(ref _rowsWritten, part.Count - refused.Count);
            foreach (var (index, reason) in refused)
            {
                cancellation.ThrowIfCancellationRequested();
                var row = part[index];
                row.Output.Refuse(row.Batch, row.Index, DeadLetterReason.RefusedByStore, reason, EntityOf(row.Row));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _shown.Dispose();

    /// <inheritdoc/>
    public void Discard() => _collected = [];

    private static string? EntityOf(HistoryRow? row) => row switch
    {
        VectorRow vector => vector.EntityId,
        PredictionRow prediction => prediction.EntityId,
        LabelRow label => label.EntityId,
        _ => null,
    };

    private async Task<IReadOnlyList<RefusedRow>> WriteAsync(List<HistoryRow> rows, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var began = _time.GetTimestamp();
                var refused = await _history.WriteAsync(rows, cancellation).ConfigureAwait(false);
                SinkMeter.Record(rows, refused, _time.GetElapsedTime(began));
                NoteOutage(null);
                return refused;
            }
            catch (HistoryUnavailableException outage)
            {
                NoteOutage(outage);
            }

            await Task.Delay(Wait(attempt), _time, cancellation).ConfigureAwait(false);
        }
    }

    private void NoteOutage(HistoryUnavailableException? outage)
    {
        var before = Interlocked.Exchange(ref _outage, outage);
        if ((before is null) != (outage is null))
        {
            _outageChanged?.Invoke(outage);
        }
    }

    /// <summary>Doubled each time up to the limit, and from a half to one and a half of that, so that many sinks do not come back at once.</summary>
    private TimeSpan Wait(int attempt)
    {
        var mean = Math.Min(_options.MaxRetryDelay.TotalMilliseconds, _options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, MaxDoublings)));
        return TimeSpan.FromMilliseconds(mean * (0.5 + Random.Shared.NextDouble()));
    }
}
