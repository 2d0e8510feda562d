using System.Globalization;
using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

public sealed class PartsTests
{
    // The vectors of Kafka's own UtilsTest.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_is_that_of_javas_client(string key, int hash) => Assert.Equal(hash, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Rule_18_a_checkpoint_is_due_when_its_replay_would_take_too_long()
    {
        var schedule = new CheckpointSchedule(TimeSpan.FromSeconds(10));
        Assert.False(schedule.IsDue(9_999_999, 1)); // a microsecond each, as nothing was measured
        Assert.True(schedule.IsDue(10_000_000, 1));
        Assert.True(schedule.IsDue(2_500_000, 4));
        for (var i = 0; i < 200; i++)
        {
            schedule.Measure(1_000, TimeSpan.FromMilliseconds(9)); // ten microseconds each in all
        }

        Assert.False(schedule.IsDue(990_000, 1));
        Assert.True(schedule.IsDue(1_010_000, 1));
    }

    [Fact]
    public void A_slow_commit_is_an_outlier_only_beside_others()
    {
        var times = new CommitTimes();
        Assert.False(times.IsOutlier(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1))); // the first of a fresh broker takes its time
        times.Add(TimeSpan.FromMilliseconds(10));
        Assert.True(times.IsOutlier(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)));
        Assert.False(times.IsOutlier(TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void The_breaker_counts_entities_not_records()
    {
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        batch.Start(0, 0);
        for (var i = 0; i < 1_000; i++)
        {
            batch.Add(i, -1, Encoding.UTF8.GetBytes(i < 900 ? "noisy" : string.Create(CultureInfo.InvariantCulture, $"key-{i}")), true, default, false);
            if (i < 900)
            {
                output.Refuse(batch, i, DeadLetterReason.NullValue, "");
            }
        }

        Assert.False(new DeadLetterBreaker(0.2, 1).Trips(Noon, [batch], output)); // 1 of 101
        Assert.True(new DeadLetterBreaker(0.005, 1).Trips(Noon, [batch], output));
    }

    [Theory]
    [InlineData(21, 100, true)]
    [InlineData(19, 60, false)] // below the minimum of 20
    [InlineData(20, 101, false)] // below the share
    public void The_breaker_trips_at_share_and_minimum(int refused, int all, bool trips)
    {
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        batch.Start(0, 0);
        for (var i = 0; i < all; i++)
        {
            batch.Add(i, -1, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{i}")), true, default, false);
            if (i < refused)
            {
                output.Refuse(batch, i, DeadLetterReason.NullValue, "");
            }
        }

        Assert.Equal(trips, new DeadLetterBreaker(0.2, 20).Trips(Noon, [batch], output));
    }

    [Theory]
    [InlineData(null, DeadLetterReason.NotFramed, false)] // nobody knows whose they are
    [InlineData("noisy", DeadLetterReason.NotFinite, false)]
    [InlineData("entity-{0}", DeadLetterReason.InvalidEntity, false)] // a name that cannot be one is nobody's
    [InlineData("entity-{0}", DeadLetterReason.NotFinite, true)]
    public void Without_keys_the_breaker_counts_the_entities_that_could_be_read(string? entity, DeadLetterReason reason, bool trips)
    {
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        batch.Start(0, 0);
        for (var i = 0; i < 1_000; i++)
        {
            batch.Add(i, -1, default, false, default, false);
            output.Refuse(batch, i, reason, "", entity is null ? null : string.Format(CultureInfo.InvariantCulture, entity, i));
        }

        Assert.Equal(trips, new DeadLetterBreaker(0.2, 20).Trips(Noon, [batch], output));
    }

    [Fact]
    public void The_breaker_knows_entities_by_what_came_of_their_records()
    {
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        batch.Start(0, 0);
        for (var i = 0; i < 200; i++)
        {
            batch.Add(i, -1, "gateway"u8, true, default, false);
            var entity = string.Create(CultureInfo.InvariantCulture, $"entity-{i}");
            if (i < 30)
            {
                output.Refuse(batch, i, DeadLetterReason.NotFinite, "", entity);
            }
            else
            {
                output.Add(0, OutputBatch.ByKey, Encoding.UTF8.GetBytes(entity), default);
            }
        }

        Assert.False(new DeadLetterBreaker(0.2, 20).Trips(Noon, [batch], output)); // 30 of 201
        Assert.True(new DeadLetterBreaker(0.1, 20).Trips(Noon, [batch], output));
    }

    [Fact]
    public void The_breaker_forgets_after_a_minute()
    {
        var breaker = new DeadLetterBreaker(0.2, 2);
        for (var i = 0; i < 5; i++)
        {
            var (batch, output) = (new RecordBatch(), new OutputBatch());
            batch.Start(0, 0);
            batch.Add(i, -1, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{i}")), true, default, false);
            output.Refuse(batch, 0, DeadLetterReason.NullValue, "");
            Assert.False(breaker.Trips(Noon.AddMinutes(2 * i), [batch], output));
        }
    }

    [Fact]
    public unsafe void A_held_record_lets_the_gate_see_a_bounded_number_of_those_behind_it()
    {
        var gate = new CountingGate();
        var intake = new Intake(1 << 20, gate, TimeProvider.System) { MostRecords = 1_000 };
        var partition = new InputPartition(new PartitionId("topic", 0), 0, intake);
        partition.GoLive(0);
        partition.Sought();
        for (var offset = 0; offset < 5_000; offset++)
        {
            var value = Encoding.UTF8.GetBytes(offset.ToString(CultureInfo.InvariantCulture));
            fixed (byte* first = value)
            {
                Assert.False(partition.Take(offset, -1, null, -1, first, value.Length, default));
            }
        }

        Assert.True(partition.IsHeld);
        Assert.Equal((0, 0L), (partition.Batch.Count, partition.Next));
        Assert.Equal(Enumerable.Range(0, 257).Select(offset => offset.ToString(CultureInfo.InvariantCulture)), gate.Asked);
    }

    [Fact]
    public void A_dead_letter_too_large_leaves_its_bytes_where_they_are()
    {
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        batch.Start(0, 3);
        batch.Add(7, 1_000, "key"u8, true, new byte[5_000], true);
        new DeadLetterWriter("stage", 5, 2_000, ["topic"]).Write(batch[0], 0, 3, DeadLetterReason.TooLarge, "why", null, output, 0);
        var reader = new Avro.AvroReader(output[0].Record.Value[5..], Avro.AvroLimits.Trusted);
        Assert.Equal(Avro.AvroStatus.Ok, DeadLetter.TryDecode(ref reader, out var letter));
        Assert.Null(letter!.Value);
        Assert.Equal(("topic", 3, 7L, 1_000L), (letter.Topic, letter.Partition, letter.Offset, letter.AppendTime));
        Assert.Contains("5000 bytes, SHA-256", letter.Detail, StringComparison.Ordinal);
        Assert.Equal("topic/3/7", Encoding.UTF8.GetString(output[0].Record.Key));
    }

    [Theory]
    [InlineData(1, 20)] // a question to the cluster may take ten seconds, whatever the transaction may take
    [InlineData(15, 30)]
    public void The_watchdog_ends_a_process_whose_call_does_not_come_back_and_no_other(int transactionTimeout, int allowed)
    {
        var (time, monitor, ended) = (new TickingTime(), new CallMonitor(), new List<string>());
        var options = new KafkaOptions { TransactionTimeout = TimeSpan.FromSeconds(transactionTimeout), MaxPollInterval = TimeSpan.FromSeconds(60) };
        using var watchdog = new Watchdog("stage-0", monitor, options, time, ended.Add);
        for (var i = 0; i < 100; i++)
        {
            monitor.Beat();
            time.Tick();
        }

        monitor.Enter("CommitTransaction");
        for (var i = 0; i < allowed; i++)
        {
            time.Tick();
        }

        Assert.Empty(ended);
        time.Tick();
        time.Tick();
        Assert.Contains("CommitTransaction", Assert.Single(ended), StringComparison.Ordinal);
    }

    [Fact]
    public void The_watchdog_ends_a_process_whose_filter_does_not_come_back()
    {
        var (time, monitor, ended) = (new TickingTime(), new CallMonitor(), new List<string>());
        var options = new KafkaOptions { TransactionTimeout = TimeSpan.FromSeconds(5), MaxPollInterval = TimeSpan.FromSeconds(60) };
        using var watchdog = new Watchdog("stage-0", monitor, options, time, ended.Add);
        monitor.Beat();
        for (var i = 0; i < 60; i++)
        {
            time.Tick();
        }

        Assert.Empty(ended);
        time.Tick();
        Assert.Contains("its filter", Assert.Single(ended), StringComparison.Ordinal);
    }

    [Fact]
    public void A_binding_names_what_does_not_fit()
    {
        var binding = new FilterBinding { Identity = new WorkerIdentity("s", 0), Group = "g", Inputs = ["a", "b"], DeadLetters = new OutputTopic("d", 0), Filter = new TestHost.CountingFilter() };
        Assert.Equal(["State", "Inputs"], binding.Validate().Select(error => error.Key));
        var failure = Assert.Throws<WorkerException>(() => new FilterWorker(binding, new KafkaOptions(), TimeProvider.System, new TestHost.LineLogger<FilterWorker>(_ => { })));
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("Kafka:BootstrapServers", failure.Message, StringComparison.Ordinal);
        Assert.Contains("s:State", failure.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset Noon => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private sealed class TickingTime : TimeProvider
    {
        private TimerCallback? _callback;

        public void Tick() => _callback!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Watchdog.Tick, period);
            _callback = callback;
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class CountingGate : IReadinessGate
    {
        public List<string> Asked { get; } = [];

        public bool IsReady(int topic, ReadOnlySpan<byte> value)
        {
            Asked.Add(Encoding.UTF8.GetString(value));
            return false;
        }
    }
}
