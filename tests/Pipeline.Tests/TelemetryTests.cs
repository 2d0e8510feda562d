using Streaming.Contracts;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Telemetry;
using Streaming.Testing;
using Streaming.Testing.Collector;

namespace Streaming.Pipeline.Tests;

/// <summary>The four services on a real cluster, telling a real collector what they do.</summary>
public sealed class TelemetryTests(EmbeddedRun embedded, KafkaServer kafka, RegistryServer registry)
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string DeviceSpan = "b7ad6b7169203331";
    private const int Rows = 12_417;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly IReadOnlyList<SampleStep> Plan = SamplePlan.Make(TestChain.SampleFolder("data"));

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_followed_reading_its_figures_and_its_logs_reach_the_collector(string protocol)
    {
        await using var collector = new CollectorServer();
        await collector.StartAsync();
        await using var chain = await TestChain.PrepareAsync(kafka, registry, more: Variables(collector, protocol));
        await chain.StartAsync(ofEach: 1);

        await chain.PublishFollowedAsync(Plan[0], followed: 2, $"00-{TraceId}-{DeviceSpan}-01");
        await chain.PublishAsync([.. Plan.Skip(1)]);
        await chain.DrainAsync();

        await ArrivesAsync(collector, received =>
        {
            AssertTrace(received);
            AssertFigures(received);
            Assert.Equal(0, received.Sum("ScoringAgent", "streaming.consumer.lag"));
            Assert.Contains(received.Logs, log => log.Service == "SensorIngest" && log.TraceId == TraceId && log.Body.Contains("NotFramed", StringComparison.Ordinal));
            Assert.All(Services, service => Assert.Contains(received.Logs, log => log.Service == service && log.Body.Contains("runs as number 0", StringComparison.Ordinal)));
            Assert.Contains("deployment.environment.name=test", received.Resources);
        });
        Assert.Equal(SamplePredictions.Of(await embedded.PredictionsAsync()), SamplePredictions.Of(await chain.ReadAsync(Topics.Predictions)));
    }

    [Fact]
    public async Task A_collector_that_dies_and_comes_back_changes_nothing_but_what_it_missed()
    {
        await using var collector = new CollectorServer();
        await collector.StartAsync();
        await using var chain = await TestChain.PrepareAsync(kafka, registry, more: Variables(collector, "grpc"));
        await chain.StartAsync(ofEach: 1);
        var third = Plan.Count / 3;

        await chain.PublishAsync([.. Plan.Take(third)]);
        await collector.CrashAsync();
        await chain.PublishAsync([.. Plan.Skip(third).Take(third)], TimeSpan.FromSeconds(3));
        await chain.DrainAsync();
        await collector.RestartAsync();
        await chain.PublishAsync([.. Plan.Skip(2 * third)]);
        await chain.DrainAsync();

        Assert.Equal(SamplePredictions.Of(await embedded.PredictionsAsync()), SamplePredictions.Of(await chain.ReadAsync(Topics.Predictions)));
        await collector.UntilAsync(got => got.Sum("FeatureAssembly", "streaming.assembly.vectors") >= Rows, Patience);
        await collector.CrashAsync();
        foreach (var service in chain.Services)
        {
            await service.StopAsync(); // in good order and in time, though nobody takes the last telemetry
        }
    }

    /// <summary>Each service sends its part at its own time; what is not so by then is told as it is at the end.</summary>
    private static async Task ArrivesAsync(CollectorServer collector, Action<Received> assert)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200))
        {
            try
            {
                assert(collector.Read());
                return;
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Not yet.
            }
        }
    }

    private static string[] Services => [.. ChainStages.All.Select(stage => stage.Service)];

    private static Dictionary<string, string?> Variables(CollectorServer collector, string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = protocol == "grpc" ? collector.GrpcUrl : collector.HttpUrl,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        ["OTEL_TRACES_SAMPLER"] = "parentbased_always_off",
    };

    // Two readings of one minute: each is processed twice, one vector comes of both, which continues one and links to the other.
    private static void AssertTrace(Received received)
    {
        var spans = received.Spans.Where(span => span.TraceId == TraceId).ToArray();
        ReceivedSpan[] Of(string service, string name) => [.. spans.Where(span => span.Service == service && span.Name.StartsWith(name, StringComparison.Ordinal) && !span.Name.EndsWith("predictions", StringComparison.Ordinal))];

        var ingested = Of("SensorIngest", "process").Where(span => span.Status != "Error").ToArray();
        Assert.Equal(2, ingested.Length);
        Assert.All(ingested, span => Assert.Equal((DeviceSpan, "Consumer"), (span.ParentId, span.Kind)));
        var assembled = Of("FeatureAssembly", "process");
        Assert.Equal(ingested.Select(span => span.Id).Order(), assembled.Select(span => span.ParentId).Order());
        var vector = Assert.Single(Of("FeatureAssembly", "create"));
        Assert.Equal("Producer", vector.Kind);
        Assert.Equal(assembled.Select(span => span.Id).Order(), vector.Links.Append(vector.ParentId).Order());
        var scored = Assert.Single(Of("ScoringAgent", "process"));
        Assert.Equal(vector.Id, scored.ParentId);
        Assert.Equal(vector.Id, Assert.Single(Of("MonitoringSink", "process")).ParentId);
        var kept = Assert.Single(spans, span => span.Service == "MonitoringSink" && span.Name.EndsWith("predictions", StringComparison.Ordinal));
        Assert.Equal(scored.Id, kept.ParentId);
        var refused = Assert.Single(spans, span => span.Status == "Error");
        Assert.Equal(("SensorIngest", "NotFramed"), (refused.Service, refused.Attributes["error.type"]));
        Assert.DoesNotContain(received.Spans, span => span.TraceId != TraceId);
    }

    private static void AssertFigures(Received received)
    {
        var readings = Plan.Sum(step => step.Readings.Count);
        Assert.Equal(readings + 1, Consumed("SensorIngest", "sensor.raw"));
        Assert.Equal(1, received.Sum("SensorIngest", "streaming.dead_letters"));
        Assert.Equal(readings, received.Sum("FeatureAssembly", "streaming.assembly.readings"));
        Assert.Equal(readings, received.Sum("FeatureAssembly", "streaming.assembly.outcomes"));
        Assert.Equal(Rows, received.Sum("FeatureAssembly", "streaming.assembly.vectors", ("streaming.outcome", "first")));
        Assert.Equal(Rows, Sent("FeatureAssembly", "feature.vectors"));
        Assert.Equal(Rows, Consumed("ScoringAgent", "feature.vectors"));
        Assert.Equal(Rows, Sent("ScoringAgent", "predictions"));
        Assert.Equal((Rows, Rows, Rows), (Consumed("MonitoringSink", "feature.vectors"), Consumed("MonitoringSink", "predictions"), Consumed("MonitoringSink", "labels")));
        Assert.Equal(Rows, received.Sum("MonitoringSink", "streaming.history.rows", ("streaming.record.kind", "prediction")));
        foreach (var service in Services)
        {
            Assert.Equal(1, received.Sum(service, "streaming.worker.status", ("streaming.worker.state", "Live")));
            Assert.True(received.Sum(service, "streaming.transactions", ("streaming.outcome", "committed")) > 0);
            Assert.True(received.Sum(service, "messaging.client.operation.duration", ("messaging.operation.name", "commit")) > 0);
            Assert.Equal(0, received.Sum(service, "streaming.transactions", ("streaming.outcome", "aborted")));
        }

        // Every metric of the catalogue comes from somewhere, with the unit and no other attributes than it says. The gateway is not here, and nothing went wrong.
        var seen = received.Points.Where(point => Services.Contains(point.Service)).ToLookup(point => point.Name);
        foreach (var metric in ChainMetrics.All.Except([ChainMetrics.PostedReadings, ChainMetrics.Kept, ChainMetrics.Answered, ChainMetrics.Right, ChainMetrics.LastError]))
        {
            Assert.True(seen.Contains(metric.Name), $"No service sent {metric.Name}.");
            Assert.All(seen[metric.Name], point => Assert.Equal((metric.Unit, string.Join(' ', metric.Attributes.Order())), (point.Unit, string.Join(' ', point.Attributes.Keys.Order()))));
        }

        double Consumed(string service, string topic) => OfTopic(service, "messaging.client.consumed.messages", topic);
        double Sent(string service, string topic) => OfTopic(service, "messaging.client.sent.messages", topic);
        double OfTopic(string service, string metric, string topic) => received.Points
            .Where(point => point.Service == service && point.Name == metric && point.Attributes["messaging.destination.name"].EndsWith("." + topic, StringComparison.Ordinal)).Sum(point => point.Value);
    }
}
