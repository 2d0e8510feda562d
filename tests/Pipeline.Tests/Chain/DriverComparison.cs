using Confluent.Kafka;
using Streaming.Contracts;
using Streaming.Driver;
using Streaming.Features.Definitions;
using Streaming.Hosting;
using Streaming.Models.Deployments;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>The chain in memory over the log that a chain on Kafka wrote: what comes out is the same, byte by byte.</summary>
internal static class DriverComparison
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Holds vectors, late readings and predictions of a chain that has drained against those that a driver makes of the same <c>sensor.readings</c>.</summary>
    public static async Task AssertSameAsync(TestChain chain, string features)
    {
        Topic[] written = [Topics.FeatureVectors, Topics.SensorLate, Topics.Predictions];
        var ids = new Dictionary<Topic, int>();
        foreach (var topic in ChainStages.FeatureAssembly.Inputs.Concat(ChainStages.FeatureAssembly.Outputs).Concat(ChainStages.ScoringAgent.Outputs))
        {
            ids[topic] = await chain.SchemaIdAsync(topic);
        }

        var given = new Dictionary<Topic, List<ConsumeResult<byte[]?, byte[]?>>>();
        foreach (var topic in written.Append(Topics.SensorReadings))
        {
            given[topic] = await ReadAsync(chain, topic);
        }

        using var driver = new PipelineDriver(new PipelineDriverOptions
        {
            FeatureSets = FeatureSetDirectory.Load(features),
            Models = DeployedModels.FromDirectory(TestChain.SampleFolder("models")).Of(Stage.Production),
            Partitions = PartitionsOf(chain, Topics.SensorReadings),
            PipelineVersion = PipelineVersion.Current,
            SchemaIds = ids,
        });
        foreach (var record in given[Topics.SensorReadings])
        {
            driver.Send(Topics.SensorReadings, record.Message.Key, record.Message.Value, record.Partition.Value, record.Offset.Value);
        }

        Assert.Empty(driver.TakeRefused());
        Assert.True(given[Topics.FeatureVectors].Count > 1000, $"only {given[Topics.FeatureVectors].Count} vectors");
        foreach (var topic in written)
        {
            var onKafka = given[topic].Select(record => (Partition: record.Partition.Value, Text(record.Message.Key), Text(record.Message.Value)));
            var inMemory = driver.Take(topic).Select(record => (record.Partition, Text(record.Key), Text(record.Value)));
            Assert.Equal(onKafka.OrderBy(record => record.Partition), inMemory.OrderBy(record => record.Partition));
        }
    }

    private static string Text(byte[]? bytes) => bytes is null ? "null" : Convert.ToHexString(bytes);

    private static int PartitionsOf(TestChain chain, Topic topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = chain.Kafka.BootstrapServers }).Build();
        return admin.GetMetadata(chain.NameOf(topic), Patience).Topics[0].Partitions.Count;
    }

    /// <summary>Every committed record, partition by partition in the order of the offsets.</summary>
    private static Task<List<ConsumeResult<byte[]?, byte[]?>>> ReadAsync(TestChain chain, Topic topic) => Task.Factory.StartNew(
        () =>
        {
            using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
            {
                BootstrapServers = chain.Kafka.BootstrapServers,
                GroupId = "driver-comparison",
                IsolationLevel = IsolationLevel.ReadCommitted,
                EnableAutoCommit = false,
                EnablePartitionEof = true,
            }).Build();
            var open = Enumerable.Range(0, PartitionsOf(chain, topic)).ToHashSet();
            consumer.Assign(open.Select(partition => new TopicPartitionOffset(chain.NameOf(topic), partition, Offset.Beginning)));
            var records = new List<ConsumeResult<byte[]?, byte[]?>>();
            while (open.Count > 0)
            {
                var next = consumer.Consume(Patience) ?? throw new TimeoutException($"Nothing came of {chain.NameOf(topic)} for {Patience.TotalSeconds} s.");
                if (next.IsPartitionEOF)
                {
                    open.Remove(next.Partition.Value);
                }
                else if (open.Contains(next.Partition.Value))
                {
                    records.Add(next);
                }
            }

            return records;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
