namespace Streaming.Kafka;

/// <summary>
/// Ends the process when a call to Kafka, or the loop itself, hangs: some calls of the client ignore the time-out that they are given, and a
/// process that hangs keeps its partitions from others. It counts its own ticks, so that a process that was stopped and continued is not
/// taken for a hung one.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly CallMonitor _monitor;
    private readonly Action<string> _end;
    private readonly string _worker;
    private readonly int _callTicks;
    private readonly int _loopTicks;
    private readonly ITimer _timer;
    private long _steps = -1;
    private int _still;

    public Watchdog(string worker, CallMonitor monitor, KafkaOptions options, TimeProvider time, Action<string> end)
    {
        _worker = worker;
        _monitor = monitor;
        _end = end;
        _callTicks = (int)Math.Ceiling(2 * ClientSettings.LongestCall(options) / Tick) + 1;
        _loopTicks = (int)Math.Ceiling(options.MaxPollInterval / Tick);
        _timer = time.CreateTimer(_ => Look(), null, Tick, Tick);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var steps = _monitor.Steps;
        if (steps != _steps)
        {
            _steps = steps;
            _still = 0;
            return;
        }

        var call = _monitor.Call;
        if (++_still >= (call is null ? _loopTicks : _callTicks))
        {
            _still = 0;
            _end($"Worker {_worker} has been in {call ?? "its filter"} for {(call is null ? _loopTicks : _callTicks)} s and does not come back. The process ends so that others can take its partitions; nothing is lost.");
        }
    }
}
