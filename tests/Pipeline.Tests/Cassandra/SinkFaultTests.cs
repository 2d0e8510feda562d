using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Cassandra;

/// <summary>MonitoringSink on a real broker and a real Cassandra, each of which dies in its turn: every row against every record, by other people's clients.</summary>
[Trait("Category", "Faults")]
public sealed class SinkFaultTests(RegistryServer registry)
{
    private const int Some = 300;

    [Fact]
    public async Task Whoever_of_sink_store_and_broker_is_killed_or_stands_still_the_tables_are_the_topics_and_a_full_replay_changes_nothing()
    {
        await using var kafka = new KafkaServer();
        await using var cassandra = new GuardedCassandraServer();
        await using var run = await SinkRun.BeginAsync(kafka, registry, cassandra);
        await run.IsRefusedAsync("Password", "secret", "check History:Cassandra:User and Password");
        await run.IsRefusedAsync("TlsHostName", "cassandra.example", "is for another host name than the node was asked for by");
        await run.IsRefusedAsync("TlsCaFile", "", "is not from an authority that the system trusts");
        await using var feed = run.Feed();
        await run.TakenInAsync(Some);

        await run.Sink.CrashAsync();
        await run.Sink.RestartAsync();
        await run.Sink.ReadyAsync();
        await run.TakenInAsync(Some);

        await cassandra.CrashAsync();
        await run.SaysThatTheStoreIsAwayAsync();
        await cassandra.RestartAsync();
        await run.TakenInAsync(Some);

        await kafka.CrashAsync();
        await run.StandsStillAsync();
        await kafka.RestartAsync();
        await run.TakenInAsync(Some);

        var members = await run.MembersAsync();
        await cassandra.FreezeAsync();
        await run.StandsStillAsync();
        Assert.Equal(members, await run.MembersAsync());
        await run.Sink.CrashAsync();
        await run.Sink.RestartAsync();
        await cassandra.ThawAsync();
        await run.Sink.ReadyAsync();
        await run.TakenInAsync(Some);

        await SinkRun.EndAsync(feed);
        await run.DrainAsync();
        var rows = await run.CompareAsync();
        TestContext.Current.SendDiagnosticMessage($"{feed.Output}\n{rows}");
        Assert.DoesNotContain("refused=0", rows, StringComparison.Ordinal);

        await run.Sink.StopAsync();
        await run.RewindAsync();
        await run.Sink.RestartAsync();
        await run.Sink.ReadyAsync();
        await run.DrainAsync();
        Assert.Equal(Last(rows), Last(await run.CompareAsync(refusals: 2)));
    }

    private static string Last(string output) => output.TrimEnd().Split('\n')[^1];
}
