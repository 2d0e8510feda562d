using Streaming.Kafka.TestHost;
using Streaming.Testing;

namespace Streaming.Kafka.Tests;

/// <summary>Processes that die, hang and come back, on a real broker. Every test asserts that its fault took place.</summary>
[Trait("Category", "Faults")]
public sealed class FaultTests(KafkaServer server)
{
    private const int LeastKills = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Longer than the watchdog leaves a call of the client.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData("count", 1)]
    [InlineData("echo", 2)]
    public async Task Killed_at_random_moments_nothing_is_lost_or_doubled(string kind, int seed)
    {
        var random = new Random(seed);
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(12_000, 60).ToList();
        var kills = 0;
        var fed = Task.Run(async () =>
        {
            for (var i = 0; i < log.Count; i += 200)
            {
                while (i > log.Count * 4 / 5 && Volatile.Read(ref kills) < LeastKills)
                {
                    await Task.Delay(50);
                }

                bench.Feed(log.Skip(i).Take(200));
                await Task.Delay(150);
            }
        });
        for (; !fed.IsCompleted; Interlocked.Increment(ref kills))
        {
            var child = bench.StartProcess(kind);
            await child.LineAsync(line => line == "STARTED", Patience);
            await Task.Delay(random.Next(800, 3_500));
            await child.CrashAsync();
        }

        await fed;
        var last = bench.StartProcess(kind);
        await bench.DrainAsync(Patience);
        Check(kind, bench, log);
        Assert.False(last.HasExited, last.Output);
    }

    [Fact]
    public async Task Stopped_beyond_its_transaction_and_session_it_commits_nothing_of_old_and_recovers_by_itself()
    {
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(6_000, 60).ToList();
        var first = bench.StartProcess("count", ordinal: 0);
        var second = bench.StartProcess("count", ordinal: 1);
        await first.LineAsync(line => line.Contains("is live on", StringComparison.Ordinal), Patience);
        await second.LineAsync(line => line.Contains("is live on", StringComparison.Ordinal), Patience);
        bench.Feed(log.Take(2_000));
        await first.FreezeAsync();
        bench.Feed(log.Skip(2_000).Take(2_000));
        await bench.DrainAsync(Patience); // the second has taken everything over
        await first.ThawAsync();
        bench.Feed(log.Skip(4_000));
        await bench.DrainAsync(Patience);
        await first.LineAsync(line => line.Contains("lost ", StringComparison.Ordinal), Patience);

        Check("count", bench, log);
        Assert.False(first.HasExited, first.Output);
        Assert.False(second.HasExited, second.Output);
    }

    [Fact]
    public async Task Members_come_and_go_and_state_goes_with_the_partitions()
    {
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(9_000, 60).ToList();
        bench.Start(new CountingFilter(), ordinal: 0);
        for (var round = 0; round < 3; round++)
        {
            var guest = bench.Start(new CountingFilter(), ordinal: 1);
            bench.Feed(log.Skip(round * 3_000).Take(1_500));
            await bench.UntilAsync(() => guest.Statistics is { State: WorkerState.Live, Partitions.Count: > 0 }, Patience);
            bench.Feed(log.Skip((round * 3_000) + 1_500).Take(1_500));
            await bench.UntilAsync(() => guest.Statistics.RecordsIn > 0, Patience);
            await guest.StopAsync();
        }

        await bench.DrainAsync(Patience);
        Check("count", bench, log);
    }

    [Fact]
    public async Task Two_processes_with_one_ordinal_end_with_one_of_them()
    {
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(4_000, 60).ToList();
        bench.Feed(log.Take(2_000));
        var first = bench.StartProcess("count");
        await first.LineAsync(line => line.Contains("is live on", StringComparison.Ordinal), Patience);
        var second = bench.StartProcess("count");
        await first.ExitAsync(Patience);
        Assert.Equal(1, first.ExitCode);
        bench.Feed(log.Skip(2_000));
        await bench.DrainAsync(Patience);
        Check("count", bench, log);
        Assert.False(second.HasExited, second.Output);
    }

    [Fact]
    public async Task A_broker_that_crashes_is_waited_for()
    {
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(22_000, 60).ToList();
        bench.Feed(log.Take(20_000));
        bench.Options.BatchRecords = 20;
        bench.Options.TransactionTimeout = TimeSpan.FromSeconds(30); // so that the watchdog gives a busy machine's broker time to come back
        var worker = bench.Start(new CountingFilter());
        await bench.UntilAsync(() => worker.Statistics.RecordsIn > 0, Patience);
        await server.CrashAsync();
        Assert.True(worker.Statistics.RecordsIn < 20_000, "it was done before the crash");
        await server.RestartAsync();
        bench.Feed(log.Skip(20_000));
        await bench.DrainAsync(Patience);
        Check("count", bench, log);
        Assert.Equal(WorkerState.Live, worker.Statistics.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_hangs_for_longer_than_a_call_may_take_is_waited_for(bool isToEnd)
    {
        await using var bench = await Bench.OpenAsync(server);
        var log = LoopTests.Numbers(200_000, 60).ToList();
        log.Chunk(50_000).ToList().ForEach(bench.Feed);
        var worker = bench.StartProcess("count");

        // From then on one transaction follows the other, so that one is under way.
        await bench.BeginAsync(Patience);
        await server.FreezeAsync();
        try
        {
            await worker.LineAsync(line => line.Contains("timed out", StringComparison.OrdinalIgnoreCase), Patience);
            if (isToEnd)
            {
                await worker.TerminateAsync();
                await worker.ExitAsync(Patience);
                Assert.True(worker.ExitCode == 0, worker.Output); // in good order, though nobody answers
            }
            else
            {
                await Task.Delay(Hang);
            }
        }
        finally
        {
            await server.ThawAsync();
        }

        var last = isToEnd ? bench.StartProcess("count") : worker;
        await bench.DrainAsync(Patience);
        Check("count", bench, log);
        Assert.False(last.HasExited, last.Output);
    }

    private static void Check(string kind, Bench bench, List<(string Key, string Value)> log)
    {
        var answers = bench.Answers();
        if (kind == "count")
        {
            Bench.AssertSame(CountingFilter.Expected(log), answers);
            return;
        }

        Bench.AssertSame(
            log.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.Select(record => record.Value).ToList()),
            answers.ToDictionary(answer => answer.Key, answer => answer.Value.ConvertAll(text => text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..])));
    }
}
