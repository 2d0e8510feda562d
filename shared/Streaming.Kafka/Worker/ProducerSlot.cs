namespace Streaming.Kafka;

/// <summary>Holds the worker's producer, and makes it anew after it was lost: with the same id, so that whatever the old one left open ends.</summary>
internal sealed class ProducerSlot(WorkerContext context) : IDisposable
{
    /// <summary>More losses than this in <see cref="Period"/> mean that something else takes the id over each time.</summary>
    public const int MostLosses = 6;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    /// <summary>Longer than a heartbeat: by then a member that was replaced in its group has heard of it, and does not fence its successor.</summary>
    public static readonly TimeSpan AfterFenced = TimeSpan.FromSeconds(4);

    private readonly Queue<DateTimeOffset> _losses = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private bool _made;

    /// <summary>The producer, ready for a transaction; null while it is lost.</summary>
    public ITransactionalProducer? Current { get; private set; }

    /// <summary>Lets the producer go on suspicion only: nothing is wrong with the id.</summary>
    public void Recycle() => DisposeCurrent();

    /// <summary>Lets the producer go after an error.</summary>
    /// <exception cref="WorkerException">It was lost too often.</exception>
    public void Lose(LogException cause)
    {
        DisposeCurrent();
        var now = context.Time.GetUtcNow();
        _notBefore = cause.IsFenced ? now + AfterFenced : now;
        _losses.Enqueue(now);
        while (_losses.Peek() < now - Period)
        {
            _losses.Dequeue();
        }

        if (_losses.Count > MostLosses)
        {
            throw new WorkerException(cause.IsFenced ? FailureKind.Replaced : FailureKind.Recreate,
                $"The producer '{context.Id}' was lost {_losses.Count} times in {Period.TotalMinutes} minutes, the last time by {cause.Code}: {cause.Message}. " +
                "If another process runs with the same service and ordinal, stop one of them; each needs an ordinal of its own (Worker:Ordinal)", cause);
        }
    }

    /// <summary>Makes a producer where there is none.</summary>
    /// <returns>Whether there is one now.</returns>
    /// <exception cref="LogException">It cannot be made now, or never; as the kind says.</exception>
    public bool TryMake()
    {
        if (Current is not null)
        {
            return true;
        }

        if (context.Time.GetUtcNow() < _notBefore)
        {
            return false;
        }

        context.Monitor.Enter("InitTransactions");
        var producer = context.Log.CreateProducer(context.Id);
        try
        {
            producer.Initialize();
        }
        catch
        {
            producer.Dispose();
            throw;
        }
        finally
        {
            context.Monitor.Leave();
        }

        Current = producer;
        if (_made)
        {
            context.Statistics.CountRecycle();
        }

        _made = true;
        return true;
    }

    public void Dispose() => DisposeCurrent();

    private void DisposeCurrent()
    {
        Current?.Dispose();
        Current = null;
    }
}
