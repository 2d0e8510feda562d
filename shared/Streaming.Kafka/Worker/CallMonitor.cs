namespace Streaming.Kafka;

/// <summary>Says to the watchdog what the worker's thread is in, and that it goes on.</summary>
internal sealed class CallMonitor
{
    private string? _call;
    private long _steps;

    /// <summary>The call to Kafka that the thread is in; null between calls.</summary>
    public string? Call => Volatile.Read(ref _call);

    /// <summary>Changes whenever a call begins or ends, or a round of the loop does.</summary>
    public long Steps => Volatile.Read(ref _steps);

    public void Enter(string call)
    {
        Volatile.Write(ref _call, call);
        Beat();
    }

    public void Leave()
    {
        Volatile.Write(ref _call, null);
        Beat();
    }

    public void Beat() => Volatile.Write(ref _steps, _steps + 1); // one writer
}
