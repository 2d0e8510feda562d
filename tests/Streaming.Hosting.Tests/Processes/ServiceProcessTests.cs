using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Streaming.Hosting.Tests.Processes;

/// <summary>What the frame does for a service, seen from outside, without any server.</summary>
public sealed class ServiceProcessTests
{
    [Fact]
    public async Task Wrong_settings_end_it_with_78_and_every_mistake_on_a_line_of_its_own()
    {
        await using var sink = SinkProcess.Start(
            ("Kafka__BootstrapServer", "localhost:9092"), ("Kafka__BatchTime", "soon"), ("Kafka__SessionTimeout", "01:00:00"), ("SchemaRegistry__Url", "localhost:8081"),
            ("Worker__Ordinal", "-1"), ("Worker__Threads", "0"), ("History__Path", "/"), ("Monitoring__RowsPerWrite", "0"), ("Health__Port", "-1"),
            ("Logging__LogLevel__Default", "Loud"), ("Kafak__TopicPrefix", "a."));

        Assert.Equal(ExitCodes.Configuration, await sink.ExitCodeAsync());

        string[] mistakes =
        [
            "Kafka:BootstrapServer: ", "Kafka:BootstrapServers ", "Kafka:BatchTime ", "Kafka:SessionTimeout ", "SchemaRegistry:Url ", "Worker:Ordinal ", "Worker:Threads ",
            "History:Path ", "Monitoring:RowsPerWrite ", "Health:Port ", "Logging:LogLevel:Default ", "Kafak:TopicPrefix",
        ];
        var lines = sink.Process.Output.Split('\n');
        Assert.All(mistakes, mistake => Assert.Single(lines, line => line.StartsWith("  " + mistake, StringComparison.Ordinal)));
        Assert.Contains(lines, line => line == $"The configuration is wrong in {lines.Count(line => line.StartsWith("  ", StringComparison.Ordinal))} places:");
    }

    [Fact]
    public async Task Asked_for_help_it_tells_every_option_with_its_default_and_does_nothing_else()
    {
        await using var sink = SinkProcess.StartWith("--help");

        Assert.Equal(ExitCodes.Done, await sink.ExitCodeAsync());

        var lines = sink.Process.Output.Split('\n');
        Assert.StartsWith("Streaming.MonitoringSink " + PipelineVersion.Current, lines[0], StringComparison.Ordinal);
        Assert.All(
            ["Kafka:BootstrapServers  text", "Kafka:BatchTime  a time as hours:minutes:seconds; default 00:00:00.1000000", "Kafka:Client:name  text", "Worker:Ordinal  a whole number that fits Int32",
             "Worker:Threads  a whole number that fits Int32; default 1", "History:Path  text", "Health:Address  text; default 127.0.0.1", "Logging:Format  one of Text, Json; default Text"],
            option => Assert.Single(lines, line => string.Join("  ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) == option));
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_a_mistake_of_the_configuration()
    {
        await using var sink = SinkProcess.StartAlone(("SchemaRegistry__Url", "https://127.0.0.1:1"), ("SchemaRegistry__TrustedCertificatesPath", "nowhere/ca.pem"));

        Assert.Equal(ExitCodes.Configuration, await sink.ExitCodeAsync());
        Assert.Contains(sink.Process.Output.Split('\n'), line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains("nowhere/ca.pem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_its_registry_is_away_it_is_alive_says_why_it_is_not_ready_and_ends_at_once_when_asked_to()
    {
        await using var sink = SinkProcess.StartAlone();

        var workers = await sink.ReadyAsync((_, worker) => worker.Reason!.Contains("http://127.0.0.1:1", StringComparison.Ordinal));

        Assert.Contains("waiting for the schema registry", Assert.Single(workers).Reason, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await sink.AskAsync("ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await sink.AskAsync("live")).Status);
        await sink.Process.TerminateAsync();
        Assert.Equal(ExitCodes.Done, await sink.ExitCodeAsync());
        Assert.Contains("Ended in good order", sink.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_it_as_well()
    {
        await using var sink = SinkProcess.StartAlone();
        await sink.AskAsync("live");

        await sink.Process.InterruptAsync();

        Assert.Equal(ExitCodes.Done, await sink.ExitCodeAsync());
    }

    [Fact]
    public async Task As_json_every_line_is_an_object_with_the_parts_of_its_message()
    {
        await using var sink = SinkProcess.StartAlone(("Logging__Format", "Json"));
        var told = await sink.Process.LineAsync(line => line.Contains("Health is told at", StringComparison.Ordinal), SinkProcess.Patience);
        await sink.Process.TerminateAsync();
        await sink.ExitCodeAsync();

        Assert.All(sink.Process.Output.Split('\n'), line => JsonDocument.Parse(line).Dispose());
        using var health = JsonDocument.Parse(told);
        Assert.Equal("Information", health.RootElement.GetProperty("LogLevel").GetString());
        Assert.StartsWith("http://127.0.0.1:", health.RootElement.GetProperty("State").GetProperty("Url").GetString(), StringComparison.Ordinal);
        var time = DateTimeOffset.ParseExact(
            health.RootElement.GetProperty("Timestamp").GetString()!, "yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(TimeProvider.System.GetUtcNow() - time, TimeSpan.Zero, SinkProcess.Patience);
    }

    [Fact]
    public async Task Only_the_levels_asked_for_are_logged()
    {
        await using var sink = SinkProcess.StartAlone(("Logging__LogLevel__Default", "None"), ("Logging__LogLevel__Streaming.MonitoringSink", "Warning"));
        await sink.Process.LineAsync(line => line.Contains("Not ready", StringComparison.Ordinal), SinkProcess.Patience);
        await sink.Process.TerminateAsync();

        Assert.Equal(ExitCodes.Done, await sink.ExitCodeAsync());
        Assert.All(sink.Process.Output.Split('\n'), line => Assert.Contains("warn: Streaming.MonitoringSink[2]", line, StringComparison.Ordinal));
    }
}
