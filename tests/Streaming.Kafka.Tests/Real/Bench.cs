using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Streaming.Kafka.TestHost;
using Streaming.Pipes;
using Streaming.Testing;

namespace Streaming.Kafka.Tests;

/// <summary>The topics of one test on a real broker, with workers in this process or their own.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(60);
    private readonly List<FilterWorker> _workers = [];
    private readonly List<ChildProcess> _children = [];

    private Bench(string servers, int partitions)
    {
        Partitions = partitions;
        Options = new KafkaOptions
        {
            BootstrapServers = servers,
            TopicPrefix = KafkaServer.Unique("t") + ".",
            SessionTimeout = TimeSpan.FromSeconds(4),
            TransactionTimeout = TimeSpan.FromSeconds(5),
            BatchTime = TimeSpan.FromMilliseconds(50),
            FirstStartWait = TimeSpan.FromSeconds(2),
        };
    }

    public KafkaOptions Options { get; }

    public int Partitions { get; }

    public string Input => Options.TopicPrefix + "in";

    public string Output => Options.TopicPrefix + "out";

    public string DeadLetters => Options.TopicPrefix + "dead";

    public string State => Options.TopicPrefix + "state";

    public string Group => Options.TopicPrefix + "test";

    public List<string> Log { get; } = [];

    public static async Task<Bench> OpenAsync(KafkaServer server, int partitions = 4, bool declare = true)
    {
        var bench = new Bench(await server.StartAsync(), partitions);
        using var admin = new TopicAdmin(bench.Options);
        var large = new Dictionary<string, string> { ["max.message.bytes"] = "3000000" };
        var outcomes = await admin.EnsureAsync(
        [
            new(bench.Input, partitions, 1, new Dictionary<string, string> { ["segment.bytes"] = "1048576" }),
            new(bench.Output, partitions, 1, new Dictionary<string, string> { ["max.message.bytes"] = "1100000" }),
            new(bench.DeadLetters, 1, 1, large),
            new(bench.State, partitions, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" }),
        ]);
        Assert.All(outcomes, outcome => Assert.Equal(TopicStatus.Created, outcome.Status));
        if (declare)
        {
            await FirstStart.DeclareAsync(bench.Options, bench.Group, [bench.Input], new OutputTopic(bench.State, 0));
        }

        return bench;
    }

    public FilterBinding Binding(IFilter filter, int ordinal = 0) => new()
    {
        Identity = new WorkerIdentity("test", ordinal),
        Group = Group,
        Inputs = [Input],
        Outputs = [new OutputTopic(Output, 0)],
        DeadLetters = new OutputTopic(DeadLetters, 0),
        State = filter is IStatefulFilter ? new OutputTopic(State, 0) : null,
        Filter = filter,
    };

    public FilterWorker Start(IFilter filter, int ordinal = 0, Func<FilterBinding, FilterBinding>? change = null)
    {
        var binding = Binding(filter, ordinal);
        var worker = new FilterWorker(change?.Invoke(binding) ?? binding, Options, TimeProvider.System, new LineLogger<FilterWorker>(Say));
        _workers.Add(worker);
        worker.Start();
        return worker;
    }

    public ChildProcess StartProcess(string kind, int ordinal = 0, int transactionTimeout = 5000, int replayBound = 20)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Streaming.Kafka.TestHost.dll");
        var text = (int number) => number.ToString(CultureInfo.InvariantCulture);
        var child = ChildProcess.Start("dotnet", [host, Options.BootstrapServers, Options.TopicPrefix, text(ordinal), kind, text(transactionTimeout), text(replayBound)]);
        _children.Add(child);
        return child;
    }

    /// <summary>Writes records in order, by their keys' partitions.</summary>
    public void Feed(IEnumerable<(string Key, string Value)> records)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Options.BootstrapServers, EnableIdempotence = true, LingerMs = 5, MessageMaxBytes = 2_500_000 }).Build();
        foreach (var (key, value) in records)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            producer.Produce(new TopicPartition(Input, Murmur2.Partition(bytes, Partitions)), new Message<byte[], byte[]> { Key = bytes, Value = Encoding.UTF8.GetBytes(value) });
        }

        Assert.Equal(0, producer.Flush(ReadPatience));
    }

    /// <summary>Completes when the group has committed something.</summary>
    public async Task BeginAsync(TimeSpan patience)
    {
        using var admin = new TopicAdmin(Options);
        using var waiting = new CancellationTokenSource(patience);
        while ((await admin.CommittedAsync(Group, Input)).Values.All(offset => offset <= 0))
        {
            waiting.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completes when the group has committed everything that was fed.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        using var admin = new TopicAdmin(Options);
        var until = DateTime.UtcNow + patience;
        while (true)
        {
            var ends = await admin.RangesAsync(Input);
            var committed = await admin.CommittedAsync(Group, Input);
            if (ends.All(range => committed.GetValueOrDefault(range.Partition) >= range.End))
            {
                return;
            }

            if (DateTime.UtcNow > until)
            {
                var standing = string.Join(", ", ends.Select(range => $"{range.Partition}: {committed.GetValueOrDefault(range.Partition)} of {range.End}"));
                throw new TimeoutException($"Not drained after {patience.TotalSeconds} s: {standing}\n{string.Join('\n', Tail())}\n{string.Join("\n---\n", _children.Select(child => child.Output))}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Every committed record of a topic, partition by partition in order.</summary>
    public List<(int Partition, string? Key, byte[]? Value, Headers Headers)> Read(string topic)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = Options.BootstrapServers,
            GroupId = KafkaServer.Unique("reader"),
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).SetKeyDeserializer(Deserializers.ByteArray).SetValueDeserializer(Deserializers.ByteArray).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var open = admin.GetMetadata(topic, ReadPatience).Topics[0].Partitions.ToDictionary(partition => partition.PartitionId, _ => 0L);
        using (var asker = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Options.BootstrapServers, GroupId = "ends", IsolationLevel = IsolationLevel.ReadUncommitted }).Build())
        {
            foreach (var partition in open.Keys.ToArray())
            {
                open[partition] = asker.QueryWatermarkOffsets(new TopicPartition(topic, partition), ReadPatience).High.Value;
            }
        }

        consumer.Assign(open.Keys.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var found = new List<(int, string?, byte[]?, Headers)>();
        while (open.Count > 0)
        {
            var result = consumer.Consume(ReadPatience) ?? throw new TimeoutException($"no end of {topic} within {ReadPatience.TotalSeconds} s: an open transaction?");
            if (result.IsPartitionEOF)
            {
                // Offsets may be committed a moment before what was written with them can be read.
                if (open.TryGetValue(result.Partition.Value, out var end) && result.Offset.Value >= end)
                {
                    open.Remove(result.Partition.Value);
                }

                continue;
            }

            found.Add((result.Partition.Value, result.Message.Key is null ? null : Encoding.UTF8.GetString(result.Message.Key), result.Message.Value, result.Message.Headers));
        }

        consumer.Close();
        return found;
    }

    /// <summary>The committed output by key, in order.</summary>
    public Dictionary<string, List<string>> Answers() => Read(Output)
        .GroupBy(record => record.Key!)
        .ToDictionary(group => group.Key, group => group.Select(record => Encoding.UTF8.GetString(record.Value!)).ToList());

    /// <summary>Times out only where something hangs: for tests in which nothing may go wrong, on a machine that is busy with something else.</summary>
    public void BePatient() => (Options.SessionTimeout, Options.TransactionTimeout, Options.MaxPollInterval) = (TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(5));

    /// <summary>Waits for a condition.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < until, string.Join('\n', Tail()));
            await Task.Delay(20);
        }
    }

    public static void AssertSame(Dictionary<string, List<string>> expected, Dictionary<string, List<string>> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        foreach (var (key, answers) in expected)
        {
            Assert.Equal(answers, found[key]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }
    }

    public List<string> Tail()
    {
        lock (Log)
        {
            return [.. Log.TakeLast(60)];
        }
    }

    private void Say(string line)
    {
        lock (Log)
        {
            Log.Add(line);
        }
    }
}
