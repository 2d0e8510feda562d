using System.Globalization;

namespace Streaming.Kafka.Tests;

/// <summary>Histories by the hundred, and by the ten thousand among the fault tests, each from one seed: what others read equals a plain
/// computation over the input, whatever failed. A failing seed is repeated with its history by STREAMING_TEST_SEED.</summary>
public sealed class SimulationTests
{
    private const int Few = 300;
    private const int Many = 10_000;

    [Fact]
    public void Without_faults_everything_is_answered_once() => Run(SimulatedStage.Count, 1, 50, faults: 0);

    [Fact]
    public void A_stateless_stage_loses_and_doubles_nothing() => Run(SimulatedStage.Echo, 1, Few);

    [Fact]
    public void A_stateful_stage_loses_and_doubles_nothing_and_its_state_is_what_a_rebuild_gives() => Run(SimulatedStage.Count, 1, Few);

    [Fact]
    public void A_sink_commits_nothing_that_is_not_stored() => Run(SimulatedStage.Store, 1, Few);

    [Fact]
    public void A_call_with_the_time_tells_positions_that_its_transaction_commits() => Run(SimulatedStage.Tick, 1, Few);

    [Theory]
    [Trait("Category", "Faults")]
    [InlineData("Echo")]
    [InlineData("Count")]
    [InlineData("Store")]
    [InlineData("Tick")]
    public void Many_histories_lose_and_double_nothing(string stage) => Run(Enum.Parse<SimulatedStage>(stage), Few + 1, Many);

    /// <summary>A simulation in which nothing fails proves nothing.</summary>
    [Fact]
    public void Every_call_fails_in_every_way_somewhere()
    {
        Run(SimulatedStage.Count, Many + Few + 1, Few, faults: 0.06);
        foreach (var (call, kinds) in new (string, FailureKind[])[]
        {
            ("Poll before", [FailureKind.Retry]),
            ("Committed before", [FailureKind.Retry]),
            ("InitTransactions before", [FailureKind.Retry, FailureKind.Recreate]),
            ("InitTransactions after", [FailureKind.Retry, FailureKind.Recreate]),
            ("SendOffsets before", [FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate]),
            ("SendOffsets after", [FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate]),
            ("Commit before", [FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate]),
            ("Commit after", [FailureKind.Retry, FailureKind.Recreate]),
            ("Abort before", [FailureKind.Retry, FailureKind.Recreate]),
            ("Abort after", [FailureKind.Retry, FailureKind.Recreate]),
        })
        {
            Assert.All(kinds, kind => Assert.True(Chaos.Hits.ContainsKey($"{call}: {kind}"), $"{call} never failed with {kind}"));
            Assert.True(Chaos.Hits.ContainsKey($"{call}: crash"), $"no process died {call}");
        }
    }

    private static void Run(SimulatedStage stage, int first, int count, double faults = 0.03)
    {
        var (restarts, replayed, compared, ticks) = (0, 0, 0, 0);
        var seeds = Environment.GetEnvironmentVariable("STREAMING_TEST_SEED") is { Length: > 0 } seed
            ? [int.Parse(seed, CultureInfo.InvariantCulture)]
            : Enumerable.Range(first, count).ToArray();
        foreach (var number in seeds)
        {
            var history = new List<string>();
            var simulation = new Simulation(number, stage, faults, seeds.Length == 1 ? history.Add : null);
            try
            {
                simulation.Run();
            }
            catch (Exception e)
            {
                Assert.Fail($"{stage}, seed {number}: {e.Message}\n{e.StackTrace}\n{string.Join('\n', history)}");
            }

            restarts += simulation.Restarts;
            replayed += simulation.Replayed;
            compared += simulation.StatesCompared;
            ticks += Math.Min(simulation.TicksChecked, simulation.EndsTold);
        }

        Assert.True(faults == 0 || restarts > 2 * seeds.Length, "hardly a process was started again");
        Assert.True(stage != SimulatedStage.Tick || ticks > 0, "no tick was checked, or none told of an end");
        Assert.True(stage != SimulatedStage.Count || compared > 0, "no state was compared");
        Assert.True(stage != SimulatedStage.Count || faults == 0 || replayed > 0, "no state was replayed");
    }
}
