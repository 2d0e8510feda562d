using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Streaming.Native.Tests;

public sealed class TransactionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_aborted_record_reaches_only_readers_of_uncommitted_records()
    {
        string? script = KafkaServer.FindScript();
        Assert.SkipWhen(script is null, "No Kafka server: set STREAMING_TEST_SERVERS to a folder with kafka.sh.");
        await using KafkaServer server = await KafkaServer.StartAsync(script, TestContext.Current.CancellationToken);
        await CreateTopicAsync(server.Address, "log");

        using (IProducer<Null, string> producer = Transactional(server.Address))
        {
            producer.InitTransactions(Patience);
            producer.BeginTransaction();
            producer.Produce("log", new Message<Null, string> { Value = "aborted" });
            producer.Flush(Patience);
            producer.AbortTransaction(Patience);
            producer.BeginTransaction();
            producer.Produce("log", new Message<Null, string> { Value = "kept" });
            producer.Produce("log", new Message<Null, string> { Value = "end" });
            producer.CommitTransaction(Patience);
        }

        Assert.Equal(["kept", "end"], ReadToEnd(server.Address, IsolationLevel.ReadCommitted));
        Assert.Equal(["aborted", "kept", "end"], ReadToEnd(server.Address, IsolationLevel.ReadUncommitted));
    }

    private static async Task CreateTopicAsync(string address, string topic)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1 }]);
    }

    private static IProducer<Null, string> Transactional(string address) =>
        new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = address,
            TransactionalId = "native-tests",
            CompressionType = CompressionType.Zstd,
        }).SetLogHandler(static (_, _) => { }).Build();

    private static List<string> ReadToEnd(string address, IsolationLevel isolation)
    {
        using IConsumer<Null, string> consumer = new ConsumerBuilder<Null, string>(new ConsumerConfig
        {
            BootstrapServers = address,
            GroupId = "native-tests",
            IsolationLevel = isolation,
        }).Build();
        consumer.Assign(new TopicPartitionOffset("log", 0, Offset.Beginning));
        var values = new List<string>();
        while (!values.Contains("end"))
        {
            ConsumeResult<Null, string>? result = consumer.Consume(Patience);
            Assert.True(result is not null, $"No record within {Patience}; before that: {string.Join(", ", values)}.");
            values.Add(result.Message.Value);
        }

        return values;
    }
}
