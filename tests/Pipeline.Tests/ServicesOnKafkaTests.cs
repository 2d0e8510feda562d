using Streaming.Contracts;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>The four services as processes on a real cluster, against the embedded run: the same predictions to the bit, whatever happens to the processes.</summary>
public sealed class ServicesOnKafkaTests(EmbeddedRun embedded, KafkaServer kafka, RegistryServer registry)
{
    private const int Rows = 12_417;
    private static readonly TimeSpan PartTime = TimeSpan.FromSeconds(5);
    private static readonly IReadOnlyList<SampleStep> Plan = SamplePlan.Make(TestChain.SampleFolder("data"));

    [Fact]
    public async Task Two_of_each_give_the_predictions_of_the_embedded_run_and_share_the_work()
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await chain.StartAsync(ofEach: 2);

        await chain.PublishAsync(Plan);
        await chain.DrainAsync();

        Assert.Equal(SamplePredictions.Of(await embedded.PredictionsAsync()), SamplePredictions.Of(await chain.ReadAsync(Topics.Predictions)));
        foreach (var service in chain.Services)
        {
            Assert.True(await service.RecordsInAsync() > 0, $"One {service.Service} had nothing to do:\n{service.Process.Output}");
        }
    }

    [Fact]
    public async Task Killed_in_the_middle_each_service_loses_nothing_and_doubles_nothing()
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await chain.StartAsync(ofEach: 1);

        // A part of the sample for each service, published slowly enough that the service is killed while more of it comes.
        var part = Plan.Count / chain.Services.Count;
        Topic[] outputs = [Topics.SensorReadings, Topics.FeatureVectors, Topics.Predictions, Topics.Predictions];
        for (var killed = 0; killed < chain.Services.Count; killed++)
        {
            var before = chain.Observer.Count(outputs[killed]);
            SampleStep[] steps = [.. Plan.Skip(killed * part).Take(killed == chain.Services.Count - 1 ? Plan.Count : part)];
            var publishing = chain.PublishAsync([.. steps.Take(steps.Length / 2)], PartTime / 2);
            await chain.UntilAsync(outputs[killed], before + 1);
            await chain.Services[killed].CrashAsync();
            await publishing;
            await chain.PublishAsync([.. steps.Skip(steps.Length / 2)], PartTime / 2); // on any machine it is killed before all of it has come
            await chain.UntilLaggingAsync(ChainStages.All[killed]);
            await chain.Services[killed].RestartAsync();
        }

        await chain.ReadyAsync();
        await chain.DrainAsync();

        Assert.Equal(SamplePredictions.Of(await embedded.PredictionsAsync()), SamplePredictions.Of(await chain.ReadAsync(Topics.Predictions)));
        await using var history = await chain.OpenHistoryAsync();
        var kept = await history.CountAsync();
        Assert.Equal((Rows, Rows, Rows), (kept.Vectors, kept.Predictions, kept.Labels));
        Assert.Equal(0, chain.Observer.Count(Topics.DeadLetters));
        Assert.Equal(0, chain.Observer.Count(Topics.SensorLate));
    }
}
