using System.Globalization;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Benchmarks.Drain;

/// <summary>One service as a process, watched from outside: what it has taken in, and the processor time that it took.</summary>
/// <param name="service">Its name.</param>
/// <param name="process">Its process.</param>
/// <param name="port">Where it tells how it is.</param>
internal sealed class ServiceProbe(string service, ChildProcess process, int port) : IAsyncDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(45);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly Uri _health = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/health/live"));

    /// <summary>Records that it had committed when it was last looked at.</summary>
    public long Records { get; private set; }

    /// <summary>Seconds of processor time that it has used.</summary>
    public double Seconds => ProcessorTime.Of(process.Id);

    public static ServiceProbe Start(string service, IReadOnlyDictionary<string, string?> settings)
    {
        var port = Ports.Take();
        var environment = new Dictionary<string, string?>(settings) { ["Health__Port"] = port.ToString(CultureInfo.InvariantCulture) };
        return new ServiceProbe(service, ChildProcess.Start("dotnet", [Folders.Program(service, $"Streaming.{service}")], environment), port);
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync()
    {
        Assert.False(process.HasExited, $"{service} ended:\n{process.Output}");
        try
        {
            using var health = JsonDocument.Parse(await Http.GetStringAsync(_health));
            Records = health.RootElement.GetProperty("workers").EnumerateArray().Sum(worker => worker.GetProperty("recordsIn").GetInt64());
        }
        catch (HttpRequestException) when (Records == 0)
        {
            // It does not listen yet.
        }
    }

    /// <summary>Begins a profile of it, where one is asked for.</summary>
    public ChildProcess? Profile() => Profiler.Start(service, process.Id);

    public string Describe() => $"{service}: {Records} records\n{process.Output}";

    public async ValueTask DisposeAsync()
    {
        await process.TerminateAsync();
        await process.ExitAsync(EndTimeout);
        await process.DisposeAsync();
    }
}
