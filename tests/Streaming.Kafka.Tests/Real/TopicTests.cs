using System.Globalization;
using System.Text;
using Streaming.Pipes;
using Streaming.Testing;

namespace Streaming.Kafka.Tests;

public sealed class TopicTests(KafkaServer server)
{
    [Fact]
    public async Task Topics_are_made_once_and_told_apart_where_they_differ()
    {
        using var admin = new TopicAdmin(new KafkaOptions { BootstrapServers = await server.StartAsync() });
        var name = KafkaServer.Unique("topics");
        TopicSpecification Wanted(int partitions, string retention) => new(name, partitions, 1, new Dictionary<string, string> { ["retention.ms"] = retention });

        Assert.Equal(TopicStatus.Missing, Assert.Single(await admin.CompareAsync([Wanted(3, "1000")])).Status);
        Assert.Equal(TopicStatus.Created, Assert.Single(await admin.EnsureAsync([Wanted(3, "1000")])).Status);
        Assert.Equal(TopicStatus.Exists, Assert.Single(await admin.EnsureAsync([Wanted(3, "1000")])).Status);
        var differs = Assert.Single(await admin.EnsureAsync([Wanted(4, "2000")]));
        Assert.Equal(TopicStatus.Differs, differs.Status);
        Assert.Equal([new TopicDifference("partitions", "4", "3"), new TopicDifference("retention.ms", "2000", "1000")], differs.Differences);
        Assert.Equal([new PartitionRange(0, 0, 0), new PartitionRange(1, 0, 0), new PartitionRange(2, 0, 0)], await admin.RangesAsync(name));
    }

    [Fact]
    public async Task A_topic_that_keeps_the_writers_times_differs()
    {
        using var admin = new TopicAdmin(new KafkaOptions { BootstrapServers = await server.StartAsync() });
        var name = KafkaServer.Unique("topics");
        await server.CreateTopicAsync(name, 1, new Dictionary<string, string> { ["message.timestamp.type"] = "CreateTime" });
        var outcome = await admin.EnsureAsync([new(name, 1, 1, new Dictionary<string, string>())]);
        Assert.Equal([new TopicDifference("message.timestamp.type", "LogAppendTime", "CreateTime")], Assert.Single(outcome).Differences);
    }

    [Fact]
    public async Task Keys_go_where_another_client_puts_them()
    {
        var servers = await server.StartAsync();
        var topic = KafkaServer.Unique("murmur");
        await server.CreateTopicAsync(topic, 7);
        var keys = Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"{new string('é', i % 5)}key-{i * 7919}")).ToArray();
        var python = await PythonEnvironment.CreateAsync("confluent-kafka");
        var written = await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Real", "partitions.py"), TimeSpan.FromMinutes(2), [servers, topic, .. keys]);
        var expected = keys.Select(key => string.Create(CultureInfo.InvariantCulture, $"{key} {Murmur2.Partition(Encoding.UTF8.GetBytes(key), 7)}"));
        Assert.Equal(expected, written.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
