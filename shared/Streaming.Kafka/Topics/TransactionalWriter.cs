using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>
/// Writes records that are seen all or not at all, on behalf of a job that reads outside any group. Whoever opens a writer of the same id ends what an
/// earlier one left open, and shuts it out. One caller at a time.
/// </summary>
public sealed class TransactionalWriter : IDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly TimeSpan _timeout;
    private readonly string _id;

    /// <summary>A writer that has shut nobody out yet.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="id">Its <c>transactional.id</c>, in full: of this job alone.</param>
    public TransactionalWriter(KafkaOptions options, string id)
    {
        ArgumentNullException.ThrowIfNull(options);
        _id = id;
        _timeout = options.TransactionTimeout;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(ClientSettings.Producer(options, id)).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Shuts earlier writers of the id out; when it completes, nothing of theirs is pending.</summary>
    /// <exception cref="WorkerException">The cluster does not answer, or refuses.</exception>
    public Task OpenAsync(CancellationToken cancellation) => CallAsync(() => _producer.InitTransactions(_timeout), "begin", cancellation);

    /// <summary>Writes records in one transaction, and completes when it is committed.</summary>
    /// <param name="records">The records; those of one partition are written in their order.</param>
    /// <param name="cancellation">Gives up before it begins.</param>
    /// <exception cref="WorkerException">Whether it was committed is not known, or another writer of the same id has taken over: this one writes nothing any more.</exception>
    public Task WriteAsync(IReadOnlyList<OutgoingRecord> records, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(records);
        return CallAsync(() => Write(records), "write", cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();

    private void Write(IReadOnlyList<OutgoingRecord> records)
    {
        _producer.BeginTransaction();
        foreach (var record in records)
        {
            Produce(record);
        }

        _producer.CommitTransaction(_timeout);
    }

    private void Produce(OutgoingRecord record)
    {
        var place = new TopicPartition(record.Topic, record.Partition);
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value };
        while (true)
        {
            try
            {
                _producer.Produce(place, message);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private async Task CallAsync(Action call, string what, CancellationToken cancellation)
    {
        try
        {
            await Task.Factory.StartNew(call, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            var failure = ErrorClassifier.OfProducer(e);
            throw failure.IsFenced
                ? new WorkerException(FailureKind.Replaced, $"{_id} was taken over: another process writes under this id. Find out which of the two should go on", e)
                : new WorkerException(failure.Kind == FailureKind.Configuration ? failure.Kind : FailureKind.Retry, $"{_id} could not {what}: {failure.Message} ({failure.Code})", e);
        }
    }
}

/// <summary>A record to be written.</summary>
/// <param name="Topic">The topic, in full.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, framed.</param>
public readonly record struct OutgoingRecord(string Topic, int Partition, byte[]? Key, byte[] Value);
