using System.Diagnostics;
using System.Globalization;
using Streaming.Contracts;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Cassandra;

/// <summary>The whole chain goes on for minutes while its history is away.</summary>
[Trait("Category", "Soak")]
public sealed class OutageSoakTests(RegistryServer registry)
{
    private const long Mebibyte = 1 << 20;
    private const double MostGrowth = 48;
    private const double MostSlope = 8;
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task Five_minutes_without_a_store_cost_no_row_no_membership_and_no_memory()
    {
        await using var kafka = new KafkaServer();
        await using var cassandra = new GuardedCassandraServer();
        await using var run = await SinkRun.BeginAsync(kafka, registry, cassandra);
        foreach (var stage in ChainStages.All.Where(stage => stage != ChainStages.MonitoringSink))
        {
            run.Chain.Start(stage.Service);
        }

        await run.Chain.ReadyAsync();
        await using var feed = run.Feed();
        var sample = run.Chain.PublishAsync(SamplePlan.Make(TestChain.SampleFolder("data")), Outage + Around);
        await run.TakenInAsync(3000);
        var members = await run.MembersAsync();
        var before = Resident(run.Sink.Process.Id);

        await cassandra.CrashAsync();
        var series = new List<double>();
        for (var since = Stopwatch.StartNew(); since.Elapsed < Outage; await Task.Delay(Look, TestContext.Current.CancellationToken))
        {
            series.Add(Resident(run.Sink.Process.Id));
        }

        var written = run.Chain.Observer.Count(Topics.FeatureVectors);
        Assert.False(sample.IsCompleted);
        Assert.False(feed.HasExited);
        Assert.Equal(members, await run.MembersAsync());
        await cassandra.RestartAsync();
        await sample;
        await SinkRun.EndAsync(feed);
        await run.DrainAsync();
        await run.Chain.DrainAsync();
        var rows = await run.CompareAsync();

        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Trim()}; {written} vectors at the end of the outage; resident {before:F0} MiB before it, then every {Look.TotalSeconds} s: {string.Join(' ', series.Select(size => size.ToString("F0", CultureInfo.InvariantCulture)))}"));
        var perMinute = (int)(TimeSpan.FromMinutes(1) / Look);
        Assert.InRange(series.Max() - before, double.MinValue, MostGrowth);
        Assert.InRange(series.TakeLast(perMinute).Average() - series.Skip(perMinute).Take(perMinute).Average(), double.MinValue, MostSlope);
    }

    private static double Resident(int process)
    {
        using var found = Process.GetProcessById(process);
        return (double)found.WorkingSet64 / Mebibyte;
    }
}
