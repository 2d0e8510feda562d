using System.Net;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Hosting.Tests.Processes;
using Streaming.Kafka;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace Streaming.Hosting.Tests.Processes;

/// <summary>What the frame does for a service on real servers. Each test has a chain of its own, by prefix.</summary>
public sealed class ServiceOnKafkaTests(KafkaServer kafka, RegistryServer registry)
{
    private readonly string _prefix = KafkaServer.Unique("hosting") + ".";

    [Fact]
    public async Task It_is_ready_once_it_works_and_ends_in_good_order_when_asked_to()
    {
        await PrepareAsync(firstStart: true);
        await using var sink = await StartAsync(("Worker__Threads", "2"));

        var workers = await sink.ReadyAsync((status, _) => status == HttpStatusCode.OK);

        Assert.Equal(["MonitoringSink/0", "MonitoringSink/1"], workers.Select(worker => worker.Worker));
        Assert.All(workers, worker => Assert.Contains(worker.State, (string[])[nameof(WorkerState.Live), nameof(WorkerState.Idle)]));
        await sink.Process.TerminateAsync();
        Assert.Equal(ExitCodes.Done, await sink.ExitCodeAsync());
        Assert.Contains("Ended in good order", sink.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_with_one_ordinal_the_older_ends_with_75()
    {
        await PrepareAsync(firstStart: true);
        await using var older = await StartAsync();
        await older.ReadyAsync((_, worker) => worker.State == nameof(WorkerState.Live));

        await using var younger = await StartAsync();

        Assert.Equal(ExitCodes.Replaced, await older.ExitCodeAsync());
        await younger.ReadyAsync((_, worker) => worker.State == nameof(WorkerState.Live));
    }

    [Fact]
    public async Task Without_its_schemas_it_ends_with_78_and_says_how_to_register_them()
    {
        await using var sink = await StartAsync();

        Assert.Equal(ExitCodes.Configuration, await sink.ExitCodeAsync());
        Assert.Contains(sink.Process.Output.Split('\n'), line =>
            line.Contains($"'{_prefix}dead.letters-value'", StringComparison.Ordinal) && line.Contains("streaming init", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_declared_first_start_it_waits_says_so_and_ends_with_78()
    {
        await PrepareAsync(firstStart: false);
        await using (var waiting = await StartAsync(("Kafka__FirstStartWait", "00:10:00")))
        {
            var worker = Assert.Single(await waiting.ReadyAsync((_, worker) => worker.State == nameof(WorkerState.WaitingForFirstStart)));
            Assert.Contains("streaming init", worker.Reason, StringComparison.Ordinal);
        }

        await using var sink = await StartAsync(("Kafka__FirstStartWait", "00:00:01"));

        Assert.Equal(ExitCodes.Configuration, await sink.ExitCodeAsync());
        Assert.Contains("streaming init", sink.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepared_twice_a_cluster_is_as_it_was()
    {
        await PrepareAsync(firstStart: true);
        var (options, setup, client) = await OpenAsync();
        using (client)
        {
            using var admin = new TopicAdmin(options);
            var topics = await admin.EnsureAsync(setup.Specify(partitions: 2, replication: 1), TestContext.Current.CancellationToken);
            Assert.All(topics, topic => Assert.Equal(TopicStatus.Exists, topic.Status));

            var starts = await setup.DeclareFirstStartAsync(await setup.RegisterSchemasAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            Assert.Equal(ChainStages.All, starts.Keys.OrderBy(stage => ChainStages.All.ToList().IndexOf(stage)));
            Assert.All(starts.Values.SelectMany(partitions => partitions), start => Assert.True(start.AlreadyDeclared));
        }
    }

    private async Task<SinkProcess> StartAsync(params (string Key, string Value)[] settings) => SinkProcess.Start(
    [
        ("Kafka__BootstrapServers", await kafka.StartAsync()), ("Kafka__TopicPrefix", _prefix), ("SchemaRegistry__Url", await registry.StartAsync()), ("Worker__Ordinal", "0"), .. settings,
    ]);

    private async Task PrepareAsync(bool firstStart)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (options, setup, client) = await OpenAsync();
        using (client)
        {
            using var admin = new TopicAdmin(options);
            await admin.EnsureAsync(setup.Specify(partitions: 2, replication: 1), cancellation);
            var ids = await setup.RegisterSchemasAsync(cancellation);
            if (firstStart)
            {
                await setup.DeclareFirstStartAsync(ids, cancellation);
            }
        }
    }

    private async Task<(KafkaOptions Options, ChainSetup Setup, SchemaRegistryClient Client)> OpenAsync()
    {
        var options = new KafkaOptions { BootstrapServers = await kafka.StartAsync(), TopicPrefix = _prefix };
        var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = await registry.StartAsync() }, TimeProvider.System);
        return (options, new ChainSetup(options, client), client);
    }
}
