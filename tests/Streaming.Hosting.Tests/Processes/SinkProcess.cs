using System.Net;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Hosting.Tests.Processes;

/// <summary>MonitoringSink as a process: of the services the one that needs neither features nor models.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("streaming-sink-").FullName;

    private SinkProcess(IEnumerable<(string Key, string Value)> settings, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
        {
            environment[key] = value; // the last one counts
        }

        environment.TryAdd("History__Path", Path.Combine(_folder, "history.db"));
        environment.TryAdd("Health__Port", "0");
        environment["DOTNET_DbgEnableMiniDump"] = "0";
        // A shell starts what runs in its background with SIGINT ignored, and so does everything below it; a service is not started like that.
        Process = ChildProcess.Start("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "Streaming.MonitoringSink.dll"), .. arguments], environment, _folder);
    }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts it with these settings, over a history of its own and any free health port.</summary>
    public static SinkProcess Start(params (string Key, string Value)[] settings) => new(settings);

    /// <summary>Starts it with nothing but a command line.</summary>
    public static SinkProcess StartWith(params string[] arguments) => new([], arguments);

    /// <summary>Starts it against addresses where nothing answers, unless told others.</summary>
    public static SinkProcess StartAlone(params (string Key, string Value)[] settings) => new(
        [("Kafka__BootstrapServers", "127.0.0.1:1"), ("SchemaRegistry__Url", "http://127.0.0.1:1"), ("SchemaRegistry__Retries", "0"), ("Worker__Ordinal", "0"), .. settings]);

    /// <summary>Asks one of its health addresses, <c>live</c> or <c>ready</c>.</summary>
    public async Task<(HttpStatusCode Status, IReadOnlyList<WorkerHealth> Workers)> AskAsync(string question)
    {
        var line = await Process.LineAsync(line => line.Contains("Health is told at ", StringComparison.Ordinal), Patience);
        var url = line.Split(' ').First(word => word.StartsWith("http://", StringComparison.Ordinal));
        using var answer = await Client.GetAsync(new Uri(url.Replace("/ready", "/" + question, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonSerializer.Deserialize<HealthReport>(body, JsonSerializerOptions.Web)!.Workers);
    }

    /// <summary>Asks whether it is ready until the answer is the one wanted.</summary>
    public async Task<IReadOnlyList<WorkerHealth>> ReadyAsync(Func<HttpStatusCode, WorkerHealth, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (status, workers) = await AskAsync("ready");
            if (workers.All(worker => wanted(status, worker)))
            {
                return workers;
            }

            Assert.False(patience.IsCancellationRequested, $"Still {status} {string.Join("; ", workers)} after {Patience}. Its output:\n{Process.Output}");
            await Task.Delay(BetweenQuestions, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await Process.ExitAsync(Patience);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
