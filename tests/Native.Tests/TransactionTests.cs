using Confluent.Kafka;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]

namespace Streaming.Native.Tests;

public sealed class TransactionTests(KafkaServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_aborted_record_reaches_only_readers_of_uncommitted_records()
    {
        string address = await server.StartAsync();
        string topic = KafkaServer.Unique("log");
        await server.CreateTopicAsync(topic, partitions: 1);

        using (IProducer<Null, string> producer = Transactional(address))
        {
            producer.InitTransactions(Patience);
            producer.BeginTransaction();
            producer.Produce(topic, new Message<Null, string> { Value = "aborted" });
            producer.Flush(Patience);
            producer.AbortTransaction(Patience);
            producer.BeginTransaction();
            producer.Produce(topic, new Message<Null, string> { Value = "kept" });
            producer.Produce(topic, new Message<Null, string> { Value = "end" });
            producer.CommitTransaction(Patience);
        }

        Assert.Equal(["kept", "end"], ReadToEnd(address, topic, IsolationLevel.ReadCommitted));
        Assert.Equal(["aborted", "kept", "end"], ReadToEnd(address, topic, IsolationLevel.ReadUncommitted));
    }

    private static IProducer<Null, string> Transactional(string address) =>
        new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = address,
            TransactionalId = "native-tests",
            CompressionType = CompressionType.Zstd,
        }).SetLogHandler(static (_, _) => { }).Build();

    private static List<string> ReadToEnd(string address, string topic, IsolationLevel isolation)
    {
        using IConsumer<Null, string> consumer = new ConsumerBuilder<Null, string>(new ConsumerConfig
        {
            BootstrapServers = address,
            GroupId = "native-tests",
            IsolationLevel = isolation,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
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
