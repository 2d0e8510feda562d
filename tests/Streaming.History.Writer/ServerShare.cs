using System.Diagnostics;
using System.Globalization;

namespace Streaming.History.Writer;

/// <summary>How much a server process uses of the machine's CPU that no other process uses, from here on.</summary>
internal sealed class ServerShare : IDisposable
{
    private const int IdleField = 4;
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux

    private readonly Process _server;
    private readonly TimeSpan _used;
    private readonly double _idle;

    public ServerShare(int process)
    {
        _server = Process.GetProcessById(process);
        (_used, _idle) = (_server.TotalProcessorTime, Idle());
    }

    /// <summary>What the server has used, and the share in percent of that in all that it might have used.</summary>
    public (TimeSpan Used, double Percent) Read()
    {
        _server.Refresh();
        var used = _server.TotalProcessorTime - _used;
        return (used, 100 * used.TotalSeconds / (used.TotalSeconds + Idle() - _idle));
    }

    public void Dispose() => _server.Dispose();

    // Seconds in which a processor had nothing to do, waiting for a disk or not.
    private static double Idle()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[IdleField], CultureInfo.InvariantCulture) + double.Parse(fields[IdleField + 1], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
