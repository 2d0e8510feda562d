using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Pipes;
using Streaming.Registry;
using Streaming.Registry.Embedded;
using Streaming.Testing;

namespace Streaming.Hosting.Tests.Workers;

public sealed class ServiceRoomTests(KafkaServer kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _prefix = KafkaServer.Unique("room") + ".";

    [Fact]
    public async Task Asked_to_end_before_it_has_begun_it_ends_in_good_order()
    {
        await using var room = Room("127.0.0.1:1", "http://127.0.0.1:1", () => throw new InvalidOperationException("No filter is needed."));
        await room.StopAsync();

        await room.RunAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Empty(room.Statistics);
        Assert.False(room.Health.Ready);
    }

    [Fact]
    public async Task What_is_wrong_with_its_filter_is_what_it_ends_with_and_the_filters_made_before_are_disposed_of()
    {
        await using var registry = await RegistryAsync();
        var first = new DisposableFilter();
        var filters = new Queue<Func<IFilter>>([() => first, () => throw new ConfigurationException(["Models:Directory"])]);
        await using (var room = Room("127.0.0.1:1", Url(registry), () => filters.Dequeue()(), threads: 2))
        {
            var wrong = await Assert.ThrowsAsync<ConfigurationException>(room.RunAsync);
            Assert.Equal(["Models:Directory"], wrong.Errors);
            Assert.False(first.Disposed);
        }

        Assert.True(first.Disposed);
    }

    [Fact]
    public async Task While_no_broker_answers_it_is_not_ready_and_ends_when_asked_to()
    {
        await using var registry = await RegistryAsync();
        var filter = new DisposableFilter();
        await using (var room = Room("127.0.0.1:1", Url(registry), () => filter))
        {
            var running = room.RunAsync();
            while (room.Statistics.Count == 0)
            {
                Assert.False(running.IsCompleted);
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            var worker = Assert.Single(room.Health.Workers);
            Assert.False(room.Health.Ready);
            Assert.Equal(("ScoringAgent/0", nameof(WorkerState.Starting)), (worker.Worker, worker.State));
            Assert.NotEmpty(worker.Reason!);

            await room.StopAsync();
            await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Equal(nameof(WorkerState.Stopped), Assert.Single(room.Health.Workers).State);
            Assert.False(filter.Disposed);
        }

        Assert.True(filter.Disposed);
    }

    [Fact]
    public async Task A_filter_that_hangs_does_not_keep_it_from_ending()
    {
        await using var registry = await RegistryAsync();
        var servers = await kafka.StartAsync();
        var filter = new HangingFilter();
        await PrepareAsync(servers, registry);
        await using var room = Room(servers, Url(registry), () => filter, transactionTimeout: TimeSpan.FromSeconds(1));
        var running = room.RunAsync();
        await filter.Hangs.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await room.StopAsync();

        var late = await Assert.ThrowsAsync<TimeoutException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Contains("ScoringAgent", late.Message, StringComparison.Ordinal);
        filter.LetGo();
    }

    private ServiceRoom Room(string servers, string registry, Func<IFilter> make, int threads = 1, TimeSpan? transactionTimeout = null)
    {
        var settings = new WorkerSettings(
            Options(servers, transactionTimeout), new SchemaRegistryOptions { Url = registry }, new WorkerOptions { Ordinal = 0, Threads = threads });
        return new ServiceRoom(ChainStages.ScoringAgent, settings, (_, _) => Task.FromResult(make()), NullLoggerFactory.Instance, TimeProvider.System);
    }

    private KafkaOptions Options(string servers, TimeSpan? transactionTimeout = null) =>
        new() { BootstrapServers = servers, TopicPrefix = _prefix, TransactionTimeout = transactionTimeout ?? TimeSpan.FromSeconds(10) };

    private static string Url(EmbeddedSchemaRegistry registry) => registry.Url.AbsoluteUri.TrimEnd('/');

    private async Task<EmbeddedSchemaRegistry> RegistryAsync()
    {
        var registry = await EmbeddedSchemaRegistry.StartAsync(cancellation: TestContext.Current.CancellationToken);
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = Url(registry) }, TimeProvider.System);
        await new SubjectSetup(client, new TopicNames(_prefix)).RegisterAsync(Topics.All, TestContext.Current.CancellationToken);
        return registry;
    }

    private async Task PrepareAsync(string servers, EmbeddedSchemaRegistry registry)
    {
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = Url(registry) }, TimeProvider.System);
        var setup = new ChainSetup(Options(servers), client);
        using var admin = new TopicAdmin(Options(servers));
        await admin.EnsureAsync(setup.Specify(partitions: 1, replication: 1), TestContext.Current.CancellationToken);
        await setup.DeclareFirstStartAsync(await setup.RegisterSchemasAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }

    private sealed class DisposableFilter : IFilter, IDisposable
    {
        public bool Disposed { get; private set; }

        public void Process(RecordBatch batch, OutputBatch output)
        {
        }

        public void Dispose() => Disposed = true;
    }

    private sealed class HangingFilter : IFilter
    {
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _free = new();

        public Task Hangs => _hangs.Task;

        public void Process(RecordBatch batch, OutputBatch output)
        {
        }

        public void OnTime(TimeCall now, OutputBatch output)
        {
            _hangs.TrySetResult();
            _free.Task.Wait();
        }

        public void LetGo() => _free.SetResult();
    }
}
