using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Runs one transaction from beginning to end, without a poll in between: no partition can be taken away in its midst.</summary>
internal sealed class Transactor(WorkerContext context, ProducerSlot slot, IGroupConsumer member)
{
    /// <summary>A commit that takes this long may have been repeated on the wire, and a delayed repetition could end a later transaction.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly CommitTimes _times = new();

    /// <summary>How long the last commit took.</summary>
    public TimeSpan LastCommit { get; private set; }

    /// <summary>Commits everything, or nothing.</summary>
    /// <exception cref="WorkerException">It can never succeed as things are.</exception>
    public TransactionOutcome Run(TransactionContent content, OutputRoute outputs, OutputRoute attendant)
    {
        var producer = slot.Current ?? throw new InvalidOperationException("A transaction needs a producer.");
        var begun = false;
        try
        {
            if (!member.IsMember)
            {
                throw LogException.NotAMember();
            }

            Call("BeginTransaction", producer.Begin);
            begun = true;
            SendAll(producer, content.Outputs, outputs, content.LeftOut);
            SendAll(producer, content.Attendant, attendant, leftOut: null);
            Call("SendOffsetsToTransaction", () => producer.SendOffsets(content.Offsets, member));
            var began = context.Time.GetTimestamp();
            Call("CommitTransaction", producer.Commit);
            LastCommit = context.Time.GetElapsedTime(began);
        }
        catch (LogException e)
        {
            context.Note(e);
            return Undo(producer, e, begun);
        }

        if (_times.IsOutlier(LastCommit, Suspicious) || producer.HadTrouble)
        {
            slot.Recycle();
        }

        _times.Add(LastCommit);
        return TransactionOutcome.Committed;
    }

    private TransactionOutcome Undo(ITransactionalProducer producer, LogException cause, bool begun)
    {
        switch (cause.Kind)
        {
            case FailureKind.Abort or FailureKind.Poison:
                if (begun)
                {
                    try
                    {
                        Call("AbortTransaction", producer.Abort);
                    }
                    catch (LogException e)
                    {
                        context.Note(e);
                        slot.Lose(e);
                        return cause.IsTooLarge ? TransactionOutcome.TooLarge : TransactionOutcome.Unknown;
                    }
                }

                return cause.IsTooLarge ? TransactionOutcome.TooLarge : TransactionOutcome.Undone;
            case FailureKind.Recreate or FailureKind.Retry:
                slot.Lose(cause);
                return TransactionOutcome.Unknown;
            default:
                slot.Recycle(); // a producer that goes without a word has its transaction ended by its successor
                throw new WorkerException(cause.Kind, $"{cause.Message} ({cause.Code})", cause);
        }
    }

    private void SendAll(ITransactionalProducer producer, OutputBatch batch, OutputRoute route, HashSet<int>? leftOut)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (leftOut is { Count: > 0 } && leftOut.Contains(i))
            {
                continue;
            }

            var output = batch[i];
            var record = output.Record;
            var size = OutputRoute.Size(record);
            if (size > route.MostBytes)
            {
                throw new LogException(FailureKind.Poison, "MaxRecordBytes", $"a record of {size} bytes for {route.Place(output)} is larger than {route.MostBytes}") { IsTooLarge = true };
            }

            Send(producer, route.Place(output), record);
        }
    }

    private void Send(ITransactionalProducer producer, PartitionId place, in Record record)
    {
        var until = Deadline();
        for (var wait = FirstPause; ; wait = Longer(wait))
        {
            try
            {
                producer.Send(place, record);
                return;
            }
            catch (LogException e) when (e.Kind == FailureKind.Retry)
            {
                Wait(until, wait, e);
            }
        }
    }

    private void Call(string name, Action call)
    {
        var until = Deadline();
        for (var wait = FirstPause; ; wait = Longer(wait))
        {
            context.Monitor.Enter(name);
            try
            {
                call();
                return;
            }
            catch (LogException e) when (e.Kind == FailureKind.Retry)
            {
                context.Note(e);
                Wait(until, wait, e);
            }
            finally
            {
                context.Monitor.Leave();
            }
        }
    }

    private void Wait(long until, TimeSpan wait, LogException cause)
    {
        if (context.Time.GetTimestamp() >= until)
        {
            throw new LogException(FailureKind.Recreate, cause.Code, $"it did not come back within twice the transaction time-out: {cause.Message}", cause);
        }

        context.Surroundings.Pause(wait);
    }

    private long Deadline() => context.Time.GetTimestamp() + (long)(2 * context.Options.TransactionTimeout.TotalSeconds * context.Time.TimestampFrequency);

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestPause ? wait * 2 : LongestPause;
}
