using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Cassandra;

/// <summary>A sink that is a process of its own, between a broker and a store that a test may kill, and a client of other people's that writes to all of its topics.</summary>
internal sealed class SinkRun : IAsyncDisposable
{
    private const string Keyspace = "sink";
    private const string User = "sink";
    private const string Password = "of-the-sink";
    private const int NotConfigured = 78;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestFeeding = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PythonEnvironment _python;
    private readonly GuardedCassandraServer _cassandra;

    private SinkRun(PythonEnvironment python, TestChain chain, GuardedCassandraServer cassandra)
    {
        _python = python;
        _cassandra = cassandra;
        Chain = chain;
    }

    public TestChain Chain { get; }

    /// <summary>The sink's process.</summary>
    public ServiceInstance Sink { get; private set; } = null!;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private string Group => ChainStages.MonitoringSink.Group(Chain.Kafka.TopicPrefix);

    /// <summary>Topics, tables, and a sink that works.</summary>
    public static async Task<SinkRun> BeginAsync(KafkaServer kafka, RegistryServer registry, GuardedCassandraServer cassandra)
    {
        var python = await PythonEnvironment.CreateAsync("confluent-kafka", "fastavro", "cassandra-driver");
        var address = await cassandra.StartAsync();
        string[] place = [cassandra.ContactPoints[0], Text(cassandra.Port), cassandra.AuthorityOf()];
        await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Clients", "cassandra_login.py"), Patience, [.. place, User, Password]);
        var run = new SinkRun(python, await TestChain.PrepareAsync(kafka, registry), cassandra);
        run.Sink = run.Chain.Start(ChainStages.MonitoringSink.Service, run.Settings(address));
        await run.Sink.ReadyAsync();
        return run;
    }

    /// <summary>A sink with another setting ends at its start, and says why.</summary>
    public async Task IsRefusedAsync(string key, string value, string reason)
    {
        var other = Chain.Start(ChainStages.MonitoringSink.Service, [.. Settings(await _cassandra.StartAsync()), ($"History__Cassandra__{key}", value)]);
        await other.Process.ExitAsync(Patience);
        Assert.Equal(NotConfigured, other.Process.ExitCode);
        Assert.Contains(reason, other.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>Starts the client that writes records of all kinds.</summary>
    public ChildProcess Feed() => _python.Start(
        Path.Combine(AppContext.BaseDirectory, "Clients", "history_feed.py"),
        Chain.Kafka.BootstrapServers, Chain.RegistryUrl, Chain.Kafka.TopicPrefix, Text((int)LongestFeeding.TotalSeconds), "17", Text(GuardedCassandraServer.LargestValue + 1000), Text(GuardedCassandraServer.LargestList + 1));

    /// <summary>Ends it in good order.</summary>
    public static async Task EndAsync(ChildProcess feed)
    {
        await feed.TerminateAsync();
        await feed.ExitAsync(Patience);
        Assert.True(feed.ExitCode == 0, feed.Output);
    }

    /// <summary>Completes when the sink has taken in so many more records.</summary>
    public async Task TakenInAsync(int more)
    {
        var since = Stopwatch.StartNew();
        var wanted = await Sink.RecordsInAsync() + more;
        while (await Sink.RecordsInAsync() is var now && now < wanted)
        {
            Assert.True(since.Elapsed < Patience, $"The sink has taken in {now} records instead of {wanted}:\n{Sink.Process.Output}");
            await Task.Delay(Pause, Ending);
        }
    }

    /// <summary>Completes when the sink has said that its store is away.</summary>
    public Task SaysThatTheStoreIsAwayAsync() => Sink.Process.LineAsync(line => line.Contains("The history cannot be written", StringComparison.Ordinal), Patience);

    /// <summary>Completes when the sink takes in nothing any more, though there is something.</summary>
    public async Task StandsStillAsync()
    {
        var since = Stopwatch.StartNew();
        var (before, unchanged) = (-1L, 0);
        while (unchanged < 20)
        {
            Assert.True(since.Elapsed < Patience, $"The sink goes on:\n{Sink.Process.Output}");
            await Task.Delay(Pause, Ending);
            var now = await Sink.RecordsInAsync();
            unchanged = now == before ? unchanged + 1 : 0;
            before = now;
        }
    }

    /// <summary>Completes when all that was written has been taken in.</summary>
    public async Task DrainAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        patience.CancelAfter(Patience);
        using var observer = await ChainObserver.OpenAsync(Chain.Kafka, TimeProvider.System, Ending);
        try
        {
            await observer.DrainAsync(ChainStages.MonitoringSink, Pause, patience.Token);
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            Assert.Fail($"The sink has {await observer.LagAsync(ChainStages.MonitoringSink, Ending)} records left after {Patience.TotalSeconds} s:\n{Sink.Process.Output}");
        }
    }

    /// <summary>Compares every row of every table with every record of every topic, by clients of other people's.</summary>
    /// <param name="refusals">How often each record that the store refuses must be among the dead letters.</param>
    /// <returns>How many rows there are.</returns>
    public Task<string> CompareAsync(int refusals = 1) => _python.RunAsync(
        Path.Combine(AppContext.BaseDirectory, "Clients", "compare_history.py"),
        Patience,
        Chain.Kafka.BootstrapServers, Chain.RegistryUrl, Chain.Kafka.TopicPrefix, _cassandra.ContactPoints[0], Text(_cassandra.Port), _cassandra.AuthorityOf(), Keyspace, Text(GuardedCassandraServer.LargestValue), Text(GuardedCassandraServer.LargestList), Text(refusals));

    /// <summary>The ids that Kafka has given to the group's members; another one is a member that was away.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync()
    {
        using var admin = Admin();
        var described = await admin.DescribeConsumerGroupsAsync([Group]);
        return [.. described.ConsumerGroupDescriptions.Single().Members.Select(member => member.ConsumerId).Order(StringComparer.Ordinal)];
    }

    /// <summary>Sets the group of a sink that does not run back to the start of every topic.</summary>
    public async Task RewindAsync()
    {
        using var admin = Admin();
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(Pause, Ending))
        {
            try
            {
                var committed = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(Group, null)]);
                await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(Group, [.. committed.Single().Partitions.Select(one => new TopicPartitionOffset(one.TopicPartition, 0))])]);
                return;
            }
            catch (KafkaException stillMember) when (since.Elapsed < Patience)
            {
                TestContext.Current.SendDiagnosticMessage(stillMember.Message);
            }
        }
    }

    public ValueTask DisposeAsync() => Chain.DisposeAsync();

    private (string Key, string Value)[] Settings(string address) =>
    [
        ("History__Path", ""),
        ("History__Cassandra__ContactPoints", address),
        ("History__Cassandra__Keyspace", Keyspace),
        ("History__Cassandra__Migrate", "true"),
        ("History__Cassandra__User", User),
        ("History__Cassandra__Password", Password),
        ("History__Cassandra__Tls", "true"),
        ("History__Cassandra__TlsCaFile", _cassandra.AuthorityOf()),
        ("History__Cassandra__RequestTimeout", "00:00:05"),
        ("History__Cassandra__GiveUpAfter", "00:00:05"),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Chain.Kafka.BootstrapServers }).Build();
}
