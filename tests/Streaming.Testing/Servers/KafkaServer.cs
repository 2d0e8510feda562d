using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Streaming.Testing;

/// <summary>
/// A real broker for a test project: register it with <c>[assembly: AssemblyFixture(typeof(KafkaServer))]</c> and call
/// <see cref="ServerFixture.StartAsync"/> first thing in a test. Each test uses topics and groups of its own (<see cref="Unique"/>). With
/// <c>STREAMING_TEST_KAFKA</c> set to host:port that broker is used.
/// </summary>
public class KafkaServer : ServerFixture
{
    private const int PortsEach = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string[] _settings;
    private string _script = "";
    private int _port;

    /// <summary>One broker with the scripts' own settings.</summary>
    public KafkaServer()
        : this(["transaction.abort.timed.out.transaction.cleanup.interval.ms=1000"])
    {
    }

    /// <summary>One broker with further settings, as key=value.</summary>
    protected KafkaServer(string[] settings)
        : base("STREAMING_TEST_KAFKA", "kafka") => _settings = settings;

    /// <summary>host:port; empty before <see cref="ServerFixture.StartAsync"/>.</summary>
    public string BootstrapServers => Address;

    /// <summary>A name that no other test uses.</summary>
    public static string Unique(string name) => $"{name}-{Guid.NewGuid():N}";

    /// <summary>Makes a topic that stamps append times, as all of ours do.</summary>
    public async Task CreateTopicAsync(string name, int partitions, IDictionary<string, string>? settings = null)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await StartAsync() }).Build();
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>());
        all.TryAdd("message.timestamp.type", "LogAppendTime");
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = all }],
            new CreateTopicsOptions { RequestTimeout = Patience, OperationTimeout = Patience });

        // The broker hears of what the controller has made a moment later.
        using var patience = new CancellationTokenSource(Patience);
        while (admin.GetMetadata(name, Patience).Topics[0] is var made && (made.Error.IsError || made.Partitions.Count < partitions || made.Partitions.Exists(partition => partition.Leader < 0)))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <inheritdoc/>
    protected override async Task<string> BeginAsync()
    {
        _script = ServerScript.Require("kafka.sh");
        _port = Ports.Take(PortsEach);
        await StartNodeAsync();
        return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");
    }

    /// <inheritdoc/>
    protected override ChildProcess Launch(int node) => ChildProcess.Start(
        "bash", [_script, "run", "--dir", Folder, .. PortArguments(), .. _settings.SelectMany(setting => new[] { "--set", setting })]);

    /// <inheritdoc/>
    protected override Task WaitAsync(int node, ChildProcess process) => ServerScript.WaitAsync(_script, PortArguments(), process);

    private string[] PortArguments() => ["--port", _port.ToString(CultureInfo.InvariantCulture)];
}
