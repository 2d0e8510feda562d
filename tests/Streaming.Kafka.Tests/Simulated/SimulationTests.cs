namespace Streaming.Kafka.Tests;

/// <summary>Thousands of histories, each from one seed: what is read by others equals a plain computation over the input, whatever failed.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 1_500;

    [Fact]
    public void Without_faults_everything_is_answered_once() => Run(SimulatedStage.Count, 50, faults: 0);

    [Fact]
    public void A_stateless_stage_loses_and_doubles_nothing() => Run(SimulatedStage.Echo, Seeds);

    [Fact]
    public void A_stateful_stage_loses_and_doubles_nothing_and_its_state_is_what_a_rebuild_gives() => Run(SimulatedStage.Count, Seeds);

    [Fact]
    public void A_sink_commits_nothing_that_is_not_stored() => Run(SimulatedStage.Store, Seeds / 2);

    private static void Run(SimulatedStage stage, int seeds, double faults = 0.03)
    {
        var failed = new List<string>();
        for (var seed = 1; seed <= seeds && failed.Count < 5; seed++)
        {
            try
            {
                new Simulation(seed, stage, faults).Run();
            }
            catch (Exception e)
            {
                failed.Add($"seed {seed}: {e.Message}\n{string.Join('\n', e.StackTrace!.Split('\n').Take(6))}");
            }
        }

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }
}
