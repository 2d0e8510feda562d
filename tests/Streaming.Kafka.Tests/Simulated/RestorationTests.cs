using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka.TestHost;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>One restoration at a time, in a state made for it.</summary>
public sealed class RestorationTests
{
    private static readonly PartitionId Input = new("in", 0);
    private static readonly PartitionId State = new("state", 0);

    private readonly VirtualTime _time = new();
    private readonly SimulatedKafka _kafka;

    public RestorationTests()
    {
        var random = new Random(1);
        _kafka = new SimulatedKafka(random, _time, new Chaos(random), TimeSpan.FromSeconds(10));
        foreach (var topic in new[] { "in", "out", "dead", "state" })
        {
            _kafka.Create(topic, 1);
        }

        for (var i = 0; i < 5; i++)
        {
            _kafka.Append(Input, "k"u8.ToArray(), Encoding.UTF8.GetBytes($"v{i}"));
        }

        _kafka.Committed[Input] = 0;
        PutProgress(next: 0, checkpoint: 0, partitions: 1, writer: "", released: true);
    }

    [Fact]
    public void Rule_17_an_owner_that_died_in_a_transaction_is_fenced_at_once_not_waited_for()
    {
        PutProgress(next: 0, checkpoint: 0, partitions: 1, writer: "dead-0", released: false, Empty());
        var (loop, statistics) = Start();
        var epoch = _kafka.Initialize("dead-0");
        LeaveOpen(_kafka.Begin("dead-0", epoch));

        var began = _time.GetTimestamp();
        RunUntil(loop, () => statistics.State == WorkerState.Live);

        Assert.True(_time.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"it took {_time.GetElapsedTime(began)}, as if it had waited for the time-out");
        Assert.Throws<LogException>(() => _kafka.ThrowIfFenced("dead-0", epoch));
        RunUntil(loop, () => _kafka.Committed[Input] == 5);
    }

    [Fact]
    public void What_its_own_predecessor_left_open_is_ended_at_the_start()
    {
        PutProgress(next: 0, checkpoint: 0, partitions: 1, writer: "test-0", released: false, Empty());
        LeaveOpen(_kafka.Begin("test-0", _kafka.Initialize("test-0")));
        var began = _time.GetTimestamp();
        var (loop, statistics) = Start();
        RunUntil(loop, () => statistics.State == WorkerState.Live);
        Assert.True(_time.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"it took {_time.GetElapsedTime(began)}, as if it had waited for the time-out");
    }

    [Fact]
    public void Rule_17_a_log_that_lost_what_the_state_needs_is_refused()
    {
        _kafka.Truncate(Input, 2);
        Assert.Contains("begins at offset 2, but the state needs it from 0", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_19_a_partition_count_that_changed_is_refused()
    {
        PutProgress(next: 0, checkpoint: 0, partitions: 3, writer: "", released: true);
        var refusal = Refusal();
        Assert.Equal(FailureKind.Configuration, refusal.Kind);
        Assert.Contains("has 1 partitions, but the state in state was made when it had 3", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_17_counters_that_a_replay_does_not_arrive_at_are_refused()
    {
        _kafka.Committed[Input] = 3;
        PutProgress(next: 3, checkpoint: 0, partitions: 1, writer: "other-0", released: true, Empty());
        Assert.Contains("were recorded", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_17_an_offset_elsewhere_than_the_state_is_refused_after_twice_the_transaction_timeout()
    {
        _kafka.Committed[Input] = 2;
        var began = _time.GetTimestamp();
        Assert.Contains("is 2, but its state stands at 0", Refusal().Message, StringComparison.Ordinal);
        Assert.InRange(_time.GetElapsedTime(began), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public void Rule_16_every_transaction_writes_a_progress_record_that_stands_at_the_offset_it_commits()
    {
        var committed = new List<(SimulatedTransaction Transaction, long Offset)>();
        _kafka.OnCommit = transaction =>
        {
            if (transaction.Offsets.TryGetValue(Input, out var offset))
            {
                committed.Add((transaction, offset));
            }
        };
        var (loop, _) = Start();
        RunUntil(loop, () => _kafka.Committed[Input] == 5);
        Assert.NotEmpty(committed);
        Assert.All(committed, one =>
        {
            var record = Assert.Single(_kafka.Log(State), record => record.Transaction == one.Transaction && record.Key.AsSpan().SequenceEqual(StateCodec.ProgressKey));
            Assert.True(ConfluentFraming.TryRead(record.Value, out _, out var body));
            Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<FeatureState>(body, AvroLimits.Default, out var state));
            Assert.Equal((one.Offset, 1, "test-0"), (state!.Progress!.NextOffset, state.Progress.PartitionCount, state.Progress.Writer));
        });
    }

    [Fact]
    public void State_that_something_else_wrote_is_refused()
    {
        _kafka.Append(State, "sk"u8.ToArray(), "not framed"u8.ToArray());
        Assert.Contains("cannot be read", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_no_worker_writes_is_refused()
    {
        _kafka.Append(State, "x"u8.ToArray(), "anything"u8.ToArray());
        Assert.Contains("a key that no worker writes", Refusal().Message, StringComparison.Ordinal);
    }

    private void LeaveOpen(SimulatedTransaction transaction)
    {
        var batch = new OutputBatch();
        batch.Add(0, 0, "p"u8, "never committed"u8);
        _kafka.Append(transaction, State, batch[0].Record);
        transaction.Offsets[Input] = 3;
    }

    private WorkerException Refusal()
    {
        var (loop, _) = Start();
        return Assert.Throws<WorkerException>(() => RunUntil(loop, () => false));
    }

    private (WorkerLoop Loop, WorkerStatistics Statistics) Start()
    {
        var statistics = new WorkerStatistics();
        var binding = new FilterBinding
        {
            Identity = new WorkerIdentity("test", 0),
            Group = "group",
            Inputs = ["in"],
            Outputs = [new OutputTopic("out", 0)],
            DeadLetters = new OutputTopic("dead", 0),
            State = new OutputTopic("state", 0),
            Filter = new CountingFilter(),
        };
        var surroundings = new Surroundings(_time, _time.Advance, (_, span) => _time.Advance(span));
        var clients = new SimulatedClients(_kafka, new SimulatedProcess(0));
        var loop = new WorkerLoop(new WorkerContext(binding, new KafkaOptions { BootstrapServers = "simulated:1" }, clients, surroundings, new CallMonitor(), statistics, NullLogger.Instance));
        Assert.True(loop.Start(() => false));
        return (loop, statistics);
    }

    private static void RunUntil(WorkerLoop loop, Func<bool> condition)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.True(step < 50_000, "it never came to that");
            loop.Step();
        }
    }

    private void PutProgress(long next, long checkpoint, int partitions, string writer, bool released, byte[]? counters = null)
    {
        var value = new AvroBuffer();
        StateCodec.WriteProgress(value, 0, next, checkpoint, partitions, writer, released, counters);
        _kafka.Append(State, StateCodec.ProgressKey.ToArray(), value.WrittenSpan.ToArray());
    }

    private static byte[] Empty() => new byte[24];
}
