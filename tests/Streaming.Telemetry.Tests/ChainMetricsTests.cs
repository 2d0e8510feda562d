using System.Reflection;

namespace Streaming.Telemetry.Tests;

public sealed class ChainMetricsTests
{
    private static readonly string[] Units = ["s", "By", "1"];

    [Fact]
    public void The_catalogue_has_every_metric_once()
    {
        var declared = typeof(ChainMetrics).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<MetricDefinition>();

        Assert.Equal(declared.Select(metric => metric.Name).Order(), ChainMetrics.All.Select(metric => metric.Name).Order());
        Assert.Distinct(ChainMetrics.All.Select(metric => metric.Name));
        Assert.Distinct(ChainMetrics.All.Select(metric => metric.PrometheusName));
    }

    [Fact]
    public void Names_and_units_follow_the_conventions() => Assert.All(ChainMetrics.All, metric =>
    {
        Assert.Matches(@"^(messaging|streaming)(\.[a-z]+(_[a-z]+)*)+$", metric.Name);
        Assert.True(Units.Contains(metric.Unit) || (metric.Unit.StartsWith('{') && metric.Unit.EndsWith('}')), $"{metric.Name}: {metric.Unit}");
        Assert.DoesNotContain(ChainMetrics.All, other => other.Name.StartsWith(metric.Name + ".", StringComparison.Ordinal) && other.PrometheusName.StartsWith(metric.PrometheusName + "_", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("messaging.client.consumed.messages", "messaging_client_consumed_messages_total")]
    [InlineData("streaming.consumed.size", "streaming_consumed_size_bytes_total")]
    [InlineData("streaming.consumer.lag", "streaming_consumer_lag")]
    [InlineData("streaming.consumer.delay", "streaming_consumer_delay_seconds")]
    [InlineData("messaging.process.duration", "messaging_process_duration_seconds")]
    [InlineData("streaming.assembly.entities", "streaming_assembly_entities")]
    public void Prometheus_spells_them_as_the_collector_does(string name, string spelt) =>
        Assert.Equal(spelt, ChainMetrics.All.Single(metric => metric.Name == name).PrometheusName);
}
