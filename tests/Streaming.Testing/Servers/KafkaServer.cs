using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace Streaming.Testing;

/// <summary>
/// A real broker for a test project: register it with <c>[assembly: AssemblyFixture(typeof(KafkaServer))]</c> and call <see cref="StartAsync"/>
/// first thing in a test. It is started at the first use, serves all tests, and ends with them. Each test uses topics and groups of its own
/// (<see cref="Unique"/>). With <c>STREAMING_TEST_KAFKA</c> set to host:port that broker is used, and cannot be crashed.
/// </summary>
public class KafkaServer : IAsyncLifetime
{
    private const int PortsEach = 10;
    private readonly SemaphoreSlim _starting = new(1);
    private readonly string[] _settings;
    private string? _script;
    private string? _folder;
    private int _port;
    private ChildProcess? _process;

    /// <summary>One broker with the scripts' own settings.</summary>
    public KafkaServer()
        : this(["transaction.abort.timed.out.transaction.cleanup.interval.ms=1000"])
    {
    }

    /// <summary>One broker with further settings, as key=value.</summary>
    protected KafkaServer(string[] settings) => _settings = settings;

    /// <summary>host:port; empty before <see cref="StartAsync"/>.</summary>
    public string BootstrapServers { get; private set; } = "";

    /// <summary>Starts the broker where it is not running; skips the running test where there is none to start.</summary>
    /// <returns>host:port.</returns>
    public async Task<string> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (BootstrapServers.Length == 0)
            {
                BootstrapServers = Environment.GetEnvironmentVariable("STREAMING_TEST_KAFKA") is { Length: > 0 } given ? given : await BeginAsync();
            }

            return BootstrapServers;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A name that no other test uses.</summary>
    public static string Unique(string name) => $"{name}-{Guid.NewGuid():N}";

    /// <summary>Makes a topic that stamps append times, as all of ours do.</summary>
    public async Task CreateTopicAsync(string name, int partitions, IDictionary<string, string>? settings = null)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await StartAsync() }).Build();
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>());
        all.TryAdd("message.timestamp.type", "LogAppendTime");
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = all }]);
    }

    /// <summary>SIGKILL, and the same broker again with the same data.</summary>
    public async Task CrashAndRestartAsync()
    {
        await CrashAsync();
        await RestartAsync();
    }

    /// <summary>SIGKILL.</summary>
    public Task CrashAsync() => Owned().CrashAsync();

    /// <summary>Starts a crashed broker again with the same data.</summary>
    public async Task RestartAsync()
    {
        await Owned().DisposeAsync();
        _process = Launch();
        await ServerScript.WaitAsync(_script!, PortArguments(), _process);
    }

    /// <summary>SIGSTOP.</summary>
    public Task FreezeAsync() => Owned().FreezeAsync();

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => Owned().ThawAsync();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_process is not null)
        {
            await _process.CrashAsync();
            await _process.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        _starting.Dispose();
    }

    private async Task<string> BeginAsync()
    {
        _script = ServerScript.Require("kafka.sh");
        _folder = Directory.CreateTempSubdirectory("streaming-kafka-").FullName;
        _port = Ports.Take(PortsEach);
        _process = Launch();
        await ServerScript.WaitAsync(_script, PortArguments(), _process);
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");
    }

    private ChildProcess Launch() => ChildProcess.Start(
        "bash", [_script!, "run", "--dir", _folder!, .. PortArguments(), .. _settings.SelectMany(setting => new[] { "--set", setting })]);

    private string[] PortArguments() => ["--port", _port.ToString(CultureInfo.InvariantCulture)];

    private ChildProcess Owned()
    {
        if (_process is null)
        {
            Assert.Skip("The broker that STREAMING_TEST_KAFKA names is not ours to crash.");
        }

        return _process;
    }
}
