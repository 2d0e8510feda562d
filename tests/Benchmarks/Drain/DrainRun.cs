using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Pipes;
using Streaming.Registry;
using Streaming.Testing;

namespace Streaming.Benchmarks.Drain;

/// <summary>
/// One drain on a real broker, under a prefix of its own. The services are warmed up with the beginning of the work. Its rest is written in a
/// transaction meanwhile, so that nobody sees it before everything is there; with the commit all of it is a backlog at once.
/// </summary>
internal sealed class DrainRun(string bootstrap, string registry, int? brokerProcess, Workload work) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly string _prefix = $"b{Guid.NewGuid():N}"[..9] + ".";

    private TopicNames Names => new(_prefix);

    private static readonly string[] Services = ["SensorIngest", "FeatureAssembly", "ScoringAgent"];

    private readonly IProducer<byte[], byte[]> _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrap,
        TransactionalId = KafkaServer.Unique("bench-fill"),
        TransactionTimeoutMs = (int)Patience.TotalMilliseconds,
        EnableDeliveryReports = false,
        CompressionType = CompressionType.Lz4,
        LingerMs = 50,
        QueueBufferingMaxMessages = 500_000,
    }).SetLogHandler(static (_, _) => { }).Build();

    private ServiceProbe[] _services = [];

    private string Raw => Names.Of(Topics.SensorRaw);

    /// <summary>Makes topics and schemas, starts the services, warms them up, and writes the rest of the work.</summary>
    public async Task PrepareAsync()
    {
        await using var init = await ChildProcess.RunAsync(
            "dotnet", [Folders.Program("Cli", "streaming"), "init", "--bootstrap", bootstrap, "--registry", registry, "--prefix", _prefix], Patience);
        Assert.True(init.ExitCode == 0, init.Output);
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = registry });
        var ids = await new SubjectSetup(client, Names).FindAsync([Topics.SensorRaw], CancellationToken.None);
        var settings = new Dictionary<string, string?>(Profiler.Settings)
        {
            ["Kafka__BootstrapServers"] = bootstrap,
            ["Kafka__TopicPrefix"] = _prefix,
            ["SchemaRegistry__Url"] = registry,
            ["Features__Directory"] = Folders.FeatureSets,
            ["Models__Directory"] = Folders.Models,
            ["Worker__Ordinal"] = "0",
        };
        _services = [.. Services.Select(service => ServiceProbe.Start(service, settings))];

        _producer.InitTransactions(Patience);
        for (long number = 0; number < work.WarmUp; number += work.Step)
        {
            // In small portions: what is compiled well depends on how often it was called.
            _producer.BeginTransaction();
            Fill(number, number + work.Step, ids[Topics.SensorRaw]);
            _producer.CommitTransaction(Patience);
            await Task.Delay(Look);
        }

        await SettleAsync();
        _producer.BeginTransaction();
        Fill(work.WarmUp, work.Readings, ids[Topics.SensorRaw]);
        await SettleAsync();
    }

    /// <summary>Gives the backlog free, and measures until the last prediction is committed.</summary>
    public async Task<Measured> MeasureAsync()
    {
        var before = Array.ConvertAll(_services, service => service.Seconds);
        var brokerBefore = BrokerSeconds();
        var profiles = Array.ConvertAll(_services, service => service.Profile());
        var clock = Stopwatch.StartNew();
        _producer.CommitTransaction(Patience);
        while (_services[^1].Records < work.Vectors)
        {
            Assert.True(clock.Elapsed < Patience, Describe());
            await _services[^1].LookAsync();
            await Task.Delay(Look);
        }

        clock.Stop();
        var readings = work.Readings - work.WarmUp;
        var costs = _services.Select((service, index) => (service.Seconds - before[index]) * 1e9 / readings).ToArray();
        var broker = (BrokerSeconds() - brokerBefore) * 1e9 / readings;
        for (var i = 0; i < profiles.Length; i++)
        {
            await Profiler.FinishAsync(Services[i], profiles[i]);
        }

        return new Measured(costs[0], costs[1], costs[2], broker, readings / clock.Elapsed.TotalSeconds, before.Sum());
    }

    /// <summary>Ends the services; the yardstick has the machine for itself then.</summary>
    public async Task StopAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        _services = [];
    }

    /// <summary>The yardstick's nanoseconds for each reading.</summary>
    public async Task<double> YardstickAsync()
    {
        string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        await using var process = await ChildProcess.RunAsync(
            "dotnet", [typeof(DrainRun).Assembly.Location, Yardstick.Role, bootstrap, Raw, Text(work.Readings), Text(work.WarmUp)], Patience);
        Assert.True(process.ExitCode == 0, process.Output);
        return double.Parse(process.Output.Split('\n').Single(line => line.StartsWith("ns ", StringComparison.Ordinal))[3..], CultureInfo.InvariantCulture);
    }

    /// <summary>What came out, as a reader of committed records sees it.</summary>
    public Checksum Read()
    {
        var checksum = new Checksum();
        var settings = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "bench-check",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true,
        };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(settings).Build();
        Topic[] topics = [Topics.FeatureVectors, Topics.Predictions];
        consumer.Assign(topics.SelectMany(topic => Enumerable.Range(0, Workload.Partitions).Select(partition => new TopicPartitionOffset(Names.Of(topic), partition, Offset.Beginning))));
        for (var open = topics.Length * Workload.Partitions; open > 0;)
        {
            var result = consumer.Consume(Patience);
            if (result.IsPartitionEOF)
            {
                open--;
            }
            else if (result.Topic == Names.Of(Topics.FeatureVectors))
            {
                checksum.AddVector(result.Message.Value);
            }
            else
            {
                checksum.AddPrediction(result.Message.Value);
            }
        }

        consumer.Close();
        return checksum;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _producer.Dispose();
    }

    private void Fill(long from, long to, int schemaId)
    {
        for (var number = from; number < to; number++)
        {
            var key = work.Key(number);
            var message = new Message<byte[], byte[]> { Key = key, Value = work.Value(number, key, schemaId).ToArray() };
            var place = new TopicPartition(Raw, Murmur2.Partition(key, Workload.Partitions));
            while (!TryProduce(_producer, place, message))
            {
                _producer.Flush(Look);
            }
        }

        Assert.Equal(0, _producer.Flush(Patience));
    }

    /// <summary>Completes when the services have taken in the warm-up, and next to nothing is done by them for a second.</summary>
    private async Task SettleAsync()
    {
        const double Idle = 0.1;
        var clock = Stopwatch.StartNew();
        for (var used = double.MaxValue; used > Idle || _services[0].Records < work.WarmUp || _services[1].Records < work.WarmUp;)
        {
            Assert.True(clock.Elapsed < Patience, Describe());
            var before = _services.Sum(service => service.Seconds);
            await Task.Delay(Quiet);
            foreach (var service in _services)
            {
                await service.LookAsync();
            }

            used = _services.Sum(service => service.Seconds) - before;
        }
    }

    private string Describe() => string.Join('\n', _services.Select(service => service.Describe()));

    private static bool TryProduce(IProducer<byte[], byte[]> producer, TopicPartition place, Message<byte[], byte[]> message)
    {
        try
        {
            producer.Produce(place, message);
            return true;
        }
        catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    private double BrokerSeconds() => brokerProcess is { } process ? ProcessorTime.Of(process) : double.NaN;
}
