using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Streaming.Contracts;
using Streaming.Kafka.TestHost;
using Streaming.Testing;

namespace Streaming.Kafka.Tests;

/// <summary>What a worker refuses to do, and what it says then.</summary>
public sealed class RefusalTests(KafkaServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Without_a_declared_first_start_it_refuses_and_writes_nothing()
    {
        await using var bench = await Bench.OpenAsync(server, declare: false);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new EchoFilter());
        var failure = await Assert.ThrowsAsync<WorkerException>(() => worker.Completion.WaitAsync(Patience));
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("streaming init", failure.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Read(bench.Output));
    }

    [Fact]
    public async Task A_first_start_declared_while_it_waits_lets_it_begin()
    {
        await using var bench = await Bench.OpenAsync(server, declare: false);
        bench.Options.FirstStartWait = TimeSpan.FromMinutes(1);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new EchoFilter());
        await bench.UntilAsync(() => worker.Statistics.State == WorkerState.WaitingForFirstStart, Patience);
        var declared = await FirstStart.DeclareAsync(bench.Options, bench.Group, [bench.Input]);
        Assert.All(declared, partition => Assert.False(partition.AlreadyDeclared));
        await bench.DrainAsync(Patience);
        Assert.Equal(10, bench.Read(bench.Output).Count);
    }

    [Fact]
    public async Task A_first_start_declared_twice_changes_nothing()
    {
        await using var bench = await Bench.OpenAsync(server);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new CountingFilter());
        await bench.DrainAsync(Patience);
        await worker.StopAsync();
        var again = await FirstStart.DeclareAsync(bench.Options, bench.Group, [bench.Input], new OutputTopic(bench.State, 0));
        Assert.All(again, partition => Assert.True(partition.AlreadyDeclared));
        Assert.Equal(10, again.Sum(partition => partition.Offset));
        var next = bench.Start(new CountingFilter());
        await bench.UntilAsync(() => next.Statistics.State == WorkerState.Live, Patience);
    }

    [Fact]
    public async Task State_that_is_gone_is_refused()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new CountingFilter());
        await bench.DrainAsync(Patience);
        await worker.StopAsync();
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Options.BootstrapServers }).Build())
        {
            await admin.DeleteTopicsAsync([bench.State]);
            await bench.UntilAsync(() => admin.GetMetadata(Patience).Topics.TrueForAll(topic => topic.Topic != bench.State), Patience);
        }

        await server.CreateTopicAsync(bench.State, 1);
        var next = bench.Start(new CountingFilter());
        var failure = await Assert.ThrowsAsync<WorkerException>(() => next.Completion.WaitAsync(Patience));
        Assert.Equal(FailureKind.Invariant, failure.Kind);
        Assert.Contains("holds no progress record", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_offset_set_from_outside_is_refused()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new CountingFilter());
        await bench.DrainAsync(Patience);
        await worker.StopAsync();
        await IsAloneAsync(bench);
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Options.BootstrapServers }).Build())
        {
            await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(bench.Group, [new TopicPartitionOffset(bench.Input, 0, 4)])]);
        }

        var next = bench.Start(new CountingFilter());
        var failure = await Assert.ThrowsAsync<WorkerException>(() => next.Completion.WaitAsync(Patience));
        Assert.Contains("is 4, but its state stands at 10", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_that_retention_removed_before_they_were_processed_are_not_passed_over()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed(LoopTests.Numbers(10, 3));
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Options.BootstrapServers }).Build())
        {
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(bench.Input, 0, 5)]);
        }

        var stateless = bench.Start(new EchoFilter());
        var failure = await Assert.ThrowsAsync<WorkerException>(() => stateless.Completion.WaitAsync(Patience));
        Assert.Equal(FailureKind.Invariant, failure.Kind);
        Assert.Contains("retention", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(bench.Read(bench.Output));
    }

    [Fact]
    public async Task A_changed_partition_count_is_refused()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 2);
        bench.Feed(LoopTests.Numbers(10, 3));
        var worker = bench.Start(new CountingFilter());
        await bench.DrainAsync(Patience);
        await worker.StopAsync();
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Options.BootstrapServers }).Build())
        {
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = bench.Input, IncreaseTo = 3 }, new PartitionsSpecification { Topic = bench.State, IncreaseTo = 3 }]);
        }

        await IsAloneAsync(bench);
        await FirstStart.DeclareAsync(bench.Options, bench.Group, [bench.Input], new OutputTopic(bench.State, 0));
        var next = bench.Start(new CountingFilter());
        var failure = await Assert.ThrowsAsync<WorkerException>(() => next.Completion.WaitAsync(Patience));
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("has 3 partitions, but the state", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000_000)] // refused here
    [InlineData(2_500_000)] // refused by the broker
    public async Task An_output_that_no_topic_takes_becomes_one_dead_letter_and_its_neighbours_are_answered(int mostBytes)
    {
        await using var bench = await Bench.OpenAsync(server);
        bench.Options.SessionTimeout = TimeSpan.FromSeconds(40);
        bench.Options.MaxRecordBytes = mostBytes;
        bench.Options.MaxDeadLetterBytes = 2_500_000;
        var log = LoopTests.Numbers(1_000, 20).Select((record, i) => i == 333 ? (record.Key, "huge") : record).ToList();
        bench.Feed(log);
        var worker = bench.Start(new EchoFilter());
        await bench.DrainAsync(Patience);

        Assert.Equal(1_000, bench.Read(bench.Output).Count); // the huge one's ordinary answer is among them
        var letter = Letters(bench).Single();
        Assert.Equal(DeadLetterReason.OutputTooLarge, letter.Reason);
        Assert.Equal("huge", Encoding.UTF8.GetString(letter.Value!));
        Assert.Equal("test", letter.Stage);
        Assert.True(worker.Statistics.TransactionsAborted is > 0 and < 15, $"{worker.Statistics.TransactionsAborted} aborts");
    }

    [Fact]
    public async Task A_refused_record_becomes_a_dead_letter_with_its_bytes_and_place()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed([("a", "good"), ("b", "bad one"), ("c", "good")]);
        var worker = bench.Start(new EchoFilter());
        await bench.DrainAsync(Patience);

        var (_, key, _, _) = bench.Read(bench.DeadLetters).Single();
        Assert.Equal($"{bench.Input}/0/1", key);
        var letter = Letters(bench).Single();
        Assert.Equal((bench.Input, 0, 1L, DeadLetterReason.Malformed, "b"), (letter.Topic, letter.Partition, letter.Offset, letter.Reason, letter.EntityId));
        Assert.Equal("bad one", Encoding.UTF8.GetString(letter.Value!));
        Assert.NotNull(letter.AppendTime);
        Assert.Equal(1, worker.Statistics.DeadLettersFor(DeadLetterReason.Malformed));
        Assert.Equal(2, worker.Statistics.RecordsOut);
    }

    [Fact]
    public async Task Too_large_a_share_of_refused_entities_pauses_before_the_topic_is_drained()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed(Enumerable.Range(0, 1_000).Select(i => ($"key-{i}", i % 2 == 0 ? "good" : "bad")));
        var worker = bench.Start(new EchoFilter());
        await bench.UntilAsync(() => worker.Statistics.State == WorkerState.Paused, Patience);
        Assert.Empty(bench.Read(bench.DeadLetters));
        Assert.Contains("DeadLetterShare", worker.Statistics.LastError!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_entity_may_fail_at_any_rate()
    {
        await using var bench = await Bench.OpenAsync(server, partitions: 1);
        bench.Feed(Enumerable.Range(0, 1_000).Select(i => i % 10 == 0 ? ($"key-{i}", "good") : ("noisy", "bad" + i.ToString(CultureInfo.InvariantCulture))));
        bench.Start(new EchoFilter());
        await bench.DrainAsync(Patience);
        Assert.Equal(900, bench.Read(bench.DeadLetters).Count);
    }

    private static List<DeadLetter> Letters(Bench bench) => bench.Read(bench.DeadLetters).ConvertAll(record =>
    {
        var reader = new Avro.AvroReader(record.Value.AsSpan(5), Avro.AvroLimits.Trusted);
        Assert.Equal(Avro.AvroStatus.Ok, DeadLetter.TryDecode(ref reader, out var letter));
        Assert.Equal(Avro.AvroStatus.Ok, reader.End());
        return letter!;
    });

    /// <summary>A static member stays in its group until its session ends.</summary>
    private static async Task IsAloneAsync(Bench bench)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Options.BootstrapServers }).Build();
        var until = DateTime.UtcNow + Patience;
        while ((await admin.DescribeConsumerGroupsAsync([bench.Group])).ConsumerGroupDescriptions.Single().Members.Count > 0)
        {
            Assert.True(DateTime.UtcNow < until, "The worker is a member still.");
            await Task.Delay(100);
        }
    }
}
