using Microsoft.Extensions.Logging.Abstractions;

namespace Streaming.Kafka;

/// <summary>
/// The committed records of one partition between two offsets, read outside any group: nobody else's reading is touched by it. Reads on threads of its own,
/// since the client blocks. One caller at a time.
/// </summary>
public sealed class PartitionLog : IDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly KafkaOptions _options;
    private readonly PartitionId _place;
    private readonly string _client;
    private readonly int? _readAhead;
    private readonly TimeProvider _time;
    private ConfluentReader? _reader;

    /// <summary>A part of a partition; nothing is asked of the cluster yet.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="topic">The topic, in full.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="first">The first offset wanted.</param>
    /// <param name="end">The offset after the last one wanted. What a transaction under way may still add before it is waited for.</param>
    /// <param name="client">The name under which the brokers know the reader.</param>
    /// <param name="time">Bounds the waiting.</param>
    /// <param name="readAhead">How many KiB of records may wait to be taken; 16,384 where left out.</param>
    public PartitionLog(KafkaOptions options, string topic, int partition, long first, long end, string client, TimeProvider? time = null, int? readAhead = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _place = new PartitionId(topic, partition);
        _client = client;
        _time = time ?? TimeProvider.System;
        _readAhead = readAhead;
        Next = first;
        End = end;
    }

    /// <summary>The offset to go on at: everything wanted below it has been read.</summary>
    public long Next { get; private set; }

    /// <summary>The offset after the last one wanted.</summary>
    public long End { get; }

    /// <summary>Whether everything has been read.</summary>
    public bool AtEnd => Next >= End;

    /// <summary>Appends the next records to a batch.</summary>
    /// <param name="most">How many the batch may come to hold.</param>
    /// <param name="into">The batch.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="WorkerException">They cannot be read: retention has taken them away, or the cluster does not answer.</exception>
    public Task ReadAsync(int most, RecordBatch into, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(into);
        return AtEnd ? Task.CompletedTask : Task.Factory.StartNew(() => Read(most, into, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private void Read(int most, RecordBatch into, CancellationToken cancellation)
    {
        try
        {
            _reader ??= Open(cancellation);
            var began = _time.GetTimestamp();
            var before = into.Count;
            while (!AtEnd && into.Count == before)
            {
                cancellation.ThrowIfCancellationRequested();
                var atEnd = _reader.Read(Slice, most, into);
                Cut(into);
                Next = atEnd ? End : into.Count > before ? Math.Max(Next, into[into.Count - 1].Offset + 1) : Next;
                if (_time.GetElapsedTime(began) > Patience)
                {
                    throw new WorkerException(FailureKind.Retry, $"Nothing came from {_place} at offset {Next} for {Patience.TotalSeconds} s, though it has more");
                }
            }
        }
        catch (LogException e)
        {
            throw new WorkerException(e.Kind, $"{_place} cannot be read at offset {Next}: {e.Message} ({e.Code})", e);
        }
    }

    private TimeSpan Patience => (2 * _options.TransactionTimeout) + ClientSettings.RequestTimeout;

    /// <summary>Committed records come up to where the first transaction is open. Once that is beyond the end, whatever the client calls the end is not before ours.</summary>
    private ConfluentReader Open(CancellationToken cancellation)
    {
        var settings = ClientSettings.Reader(_options, _client);
        settings.QueuedMaxMessagesKbytes = _readAhead ?? settings.QueuedMaxMessagesKbytes;
        var reader = new ConfluentReader(settings, _place, Next, NullLogger.Instance);
        try
        {
            var began = _time.GetTimestamp();
            while (reader.Watermarks().End < End)
            {
                if (_time.GetElapsedTime(began) > Patience)
                {
                    throw new WorkerException(FailureKind.Retry, $"A transaction in {_place} below offset {End} has been open for {Patience.TotalSeconds} s");
                }

                cancellation.WaitHandle.WaitOne(Slice);
                cancellation.ThrowIfCancellationRequested();
            }

            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void Cut(RecordBatch batch)
    {
        var wanted = batch.Count;
        while (wanted > 0 && batch[wanted - 1].Offset >= End)
        {
            wanted--;
        }

        if (wanted < batch.Count)
        {
            batch.Truncate(wanted);
            Next = End;
        }
    }
}
