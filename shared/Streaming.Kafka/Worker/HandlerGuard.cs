namespace Streaming.Kafka;

/// <summary>Runs what the group's handlers do. What fails there is kept until the poll is over: a handler that throws makes the client drop records.</summary>
internal sealed class HandlerGuard
{
    private Exception? _failure;

    public void Run(Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception e)
        {
            _failure ??= e;
        }
    }

    /// <summary>Throws what failed since the last call.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            _failure = null;
            throw failure as WorkerException ?? new WorkerException(FailureKind.Invariant, $"Taking or giving up partitions failed: {failure.Message}", failure);
        }
    }
}
