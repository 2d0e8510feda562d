using System.Globalization;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>One process of one service.</summary>
internal sealed class ServiceInstance : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(90);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly Dictionary<string, string?> _environment;
    private ChildProcess _process;

    private ServiceInstance(string service, Dictionary<string, string?> environment, ChildProcess process, int port)
    {
        Service = service;
        _environment = environment;
        _process = process;
        Port = port;
    }

    public string Service { get; }

    public int Port { get; }

    public ChildProcess Process => _process;

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    public static ServiceInstance Start(string service, IReadOnlyDictionary<string, string?> settings, int ordinal)
    {
        var port = Ports.Take();
        var environment = new Dictionary<string, string?>(settings)
        {
            ["Worker__Ordinal"] = ordinal.ToString(CultureInfo.InvariantCulture),
            ["Health__Port"] = port.ToString(CultureInfo.InvariantCulture),
        };
        return new ServiceInstance(service, environment, Launch(service, environment), port);
    }

    /// <summary>Completes when it works on partitions of its own.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(ReadyTimeout);
        while (!patience.IsCancellationRequested)
        {
            Assert.False(_process.HasExited, $"{Service} ended with {(_process.HasExited ? _process.ExitCode : 0)}:\n{_process.Output}");
            try
            {
                if (await IsLiveAsync())
                {
                    return;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
            }

            await Task.Delay(100);
        }

        Assert.Fail($"{Service} was not ready after {ReadyTimeout.TotalSeconds} s:\n{_process.Output}");
    }

    // A member without partitions is ready too, but has nothing to work on yet.
    private async Task<bool> IsLiveAsync()
    {
        using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/ready"));
        using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return health.RootElement.GetProperty("workers").EnumerateArray().All(worker => worker.GetProperty("state").GetString() == "Live");
    }

    /// <summary>Records that it has taken in since its start.</summary>
    public async Task<long> RecordsInAsync() => (await WorkersAsync()).Sum(worker => worker.GetProperty("recordsIn").GetInt64());

    /// <summary>How its workers are, by their own word.</summary>
    public async Task<IReadOnlyList<JsonElement>> WorkersAsync()
    {
        using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/live"));
        return [.. JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("workers").EnumerateArray()];
    }

    /// <summary>Completes when it says something of its state.</summary>
    /// <param name="wanted">Given state and reason.</param>
    public async Task UntilItSaysAsync(Func<string, string, bool> wanted)
    {
        using var patience = new CancellationTokenSource(ReadyTimeout);
        var said = "nothing";
        while (!patience.IsCancellationRequested)
        {
            Assert.False(_process.HasExited, $"{Service} ended:\n{_process.Output}");
            try
            {
                foreach (var worker in await WorkersAsync())
                {
                    said = worker.ToString();
                    if (wanted(worker.GetProperty("state").GetString()!, worker.GetProperty("reason").GetString() ?? ""))
                    {
                        return;
                    }
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
            }

            await Task.Delay(100);
        }

        Assert.Fail($"{Service} says {said}:\n{_process.Output}");
    }

    /// <summary>kill -9.</summary>
    public Task CrashAsync() => _process.CrashAsync();

    /// <summary>SIGTERM; it must end in good order.</summary>
    public async Task StopAsync()
    {
        await _process.TerminateAsync();
        await _process.ExitAsync(StopTimeout);
        Assert.True(_process.ExitCode == 0, $"{Service} ended with {_process.ExitCode} on SIGTERM:\n{_process.Output}");
    }

    /// <summary>Starts it again after it has ended.</summary>
    public async Task RestartAsync()
    {
        Assert.True(_process.HasExited);
        await _process.DisposeAsync();
        _process = Launch(Service, _environment);
        Restarts++;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static ChildProcess Launch(string service, Dictionary<string, string?> environment) =>
        ChildProcess.Start("dotnet", [Builds.Of(service)], environment);
}
