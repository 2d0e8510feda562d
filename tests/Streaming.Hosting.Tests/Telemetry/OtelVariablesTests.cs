using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting.Tests.Telemetry;

public sealed class OtelVariablesTests
{
    private const string Url = "http://127.0.0.1:4317";

    [Fact]
    public void Without_an_end_point_nothing_is_sent()
    {
        var variables = Of(("OTEL_TRACES_SAMPLER", "always_on"));

        Assert.Equal((false, false, false), (variables.Traces, variables.Metrics, variables.Logs));
        Assert.Empty(variables.Errors);
    }

    [Fact]
    public void With_an_end_point_everything_is_and_one_reading_in_a_thousand_is_followed()
    {
        var variables = Of((OtelVariables.Endpoint, Url));

        Assert.Equal((true, true, true), (variables.Traces, variables.Metrics, variables.Logs));
        Assert.Equal((0.001, true), (variables.Ratio, variables.HonourParents));
    }

    [Theory]
    [InlineData("always_on", null, 1, false, true)]
    [InlineData("always_off", null, 0, false, false)]
    [InlineData("traceidratio", "0.25", 0.25, false, true)]
    [InlineData("traceidratio", "0", 0, false, false)]
    [InlineData("parentbased_always_on", null, 1, true, true)]
    [InlineData("parentbased_always_off", null, 0, true, true)]
    [InlineData("parentbased_traceidratio", "0.5", 0.5, true, true)]
    [InlineData("parentbased_traceidratio", null, 0.001, true, true)]
    public void The_standards_samplers_are_understood(string sampler, string? argument, double ratio, bool honourParents, bool traces)
    {
        var variables = Of((OtelVariables.Endpoint, Url), (OtelVariables.Sampler, sampler), (OtelVariables.SamplerArgument, argument));

        Assert.Equal((ratio, honourParents, traces), (variables.Ratio, variables.HonourParents, variables.Traces));
        Assert.Empty(variables.Errors);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "none", false, true, true)]
    [InlineData("OTEL_METRICS_EXPORTER", "none", true, false, true)]
    [InlineData("OTEL_LOGS_EXPORTER", "none", true, true, false)]
    [InlineData("OTEL_SDK_DISABLED", "true", false, false, false)]
    public void A_signal_can_be_left_out(string variable, string value, bool traces, bool metrics, bool logs)
    {
        var variables = Of((OtelVariables.Endpoint, Url), (variable, value));

        Assert.Equal((traces, metrics, logs), (variables.Traces, variables.Metrics, variables.Logs));
    }

    [Fact]
    public void One_signal_can_have_an_end_point_alone()
    {
        var variables = Of(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Url));

        Assert.Equal((false, true, false), (variables.Traces, variables.Metrics, variables.Logs));
    }

    [Theory]
    [InlineData(OtelVariables.Endpoint, "collector:4317")]
    [InlineData(OtelVariables.Endpoint, "nonsense")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "ftp://collector")]
    [InlineData(OtelVariables.Protocol, "http/json")]
    [InlineData(OtelVariables.Sampler, "sometimes")]
    [InlineData(OtelVariables.SamplerArgument, "1.5")]
    [InlineData(OtelVariables.SamplerArgument, "half")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1s")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "0")]
    [InlineData("OTEL_LOGS_EXPORTER", "console")]
    public void What_cannot_be_understood_is_named_once_with_its_value(string variable, string value)
    {
        var error = Assert.Single(Of((OtelVariables.Endpoint, Url), (variable, value)).Errors);

        Assert.StartsWith($"{variable} = '{value}': must be ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_stops_the_start_with_all_others()
    {
        var configuration = Configuration.Settings.Of(("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"), ("Telemetry:TracesPerSecond", "-1"));
        _ = ServiceTelemetry.Open(configuration, "Any");
        TelemetrySettings.Read(configuration);

        Assert.Equal(["OTEL_EXPORTER_OTLP_ENDPOINT", "Telemetry:TracesPerSecond"], Configuration.Settings.Errors(configuration).Select(error => error.Split(' ')[0]));
    }

    [Fact]
    public async Task A_collector_that_nobody_runs_does_not_hold_up_the_end()
    {
        var port = Streaming.Testing.Ports.Take();
        var telemetry = ServiceTelemetry.Open(Configuration.Settings.Of((OtelVariables.Endpoint, $"http://127.0.0.1:{port}"), (OtelVariables.Sampler, "always_on")), "Any");
        var began = TimeProvider.System.GetTimestamp();

        await telemetry.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static OtelVariables Of(params (string Name, string? Value)[] variables) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(variables.GroupBy(pair => pair.Name).ToDictionary(same => same.Key, same => same.Last().Value)).Build());
}
