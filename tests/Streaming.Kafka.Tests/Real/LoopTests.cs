using System.Text;
using Streaming.Kafka.TestHost;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]

namespace Streaming.Kafka.Tests;

public sealed class LoopTests(KafkaServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_stateless_filter_answers_every_record_once_and_in_order()
    {
        await using var bench = await Bench.OpenAsync(server);
        bench.BePatient();
        bench.Feed(Numbers(2_000, 50));
        var worker = bench.Start(new EchoFilter());
        await bench.DrainAsync(Patience);
        bench.Feed(Numbers(100, 50));
        await bench.DrainAsync(Patience);

        var answers = bench.Read(bench.Output);
        Assert.Equal(2_100, answers.Count);
        Assert.Equal(2_100, answers.Select(record => Encoding.UTF8.GetString(record.Value!)).Distinct().Count());
        await bench.UntilAsync(() => worker.Statistics.RecordsOut >= 2_100, Patience); // counted a moment after others see the commit
        Assert.Equal(2_100, worker.Statistics.RecordsIn);
        Assert.Equal(2_100, worker.Statistics.RecordsOut);
        Assert.Equal(0, worker.Statistics.TransactionsAborted);
        Assert.Null(worker.Statistics.LastError);
    }

    [Fact]
    public async Task State_goes_on_after_a_clean_restart_without_a_replay()
    {
        await using var bench = await Bench.OpenAsync(server);
        bench.BePatient();
        var log = Numbers(3_000, 40).ToList();
        bench.Feed(log.Take(1_500));
        var first = bench.Start(new CountingFilter());
        await bench.DrainAsync(Patience);
        await first.StopAsync();
        Assert.Equal(WorkerState.Stopped, first.Statistics.State);

        var second = bench.Start(new CountingFilter());
        bench.Feed(log.Skip(1_500));
        await bench.DrainAsync(Patience);

        Bench.AssertSame(CountingFilter.Expected(log), bench.Answers());
        Assert.Equal(0, second.Statistics.RecordsReplayed);
    }

    internal static IEnumerable<(string Key, string Value)> Numbers(int count, int keys) =>
        Enumerable.Range(0, count).Select(number => ($"key-{number * 7919 % keys}", $"value-{number}"));
}
