using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Streaming.Hosting;

/// <summary>What <c>--help</c> tells of a service: every option that its room reads.</summary>
internal static class ServiceHelp
{
    /// <summary>The argument that asks for it.</summary>
    public const string Argument = "--help";

    /// <summary>Opens the room without any setting, to learn what it reads.</summary>
    public static async Task<IReadOnlyList<KnownOption>> OptionsAsync(OpenRoom open)
    {
        var configuration = new ServiceConfiguration(new ConfigurationBuilder().Build());
        try
        {
            await using var room = open(configuration, NullLoggerFactory.Instance, TimeProvider.System);
        }
        catch (ConfigurationException)
        {
            // What is required is not set: that is why somebody asks.
        }

        configuration.Read<HealthOptions>(HealthOptions.Section, options => options.Validate());
        configuration.Read<LogOptions>(LogOptions.Section, options => options.Validate());
        return configuration.Options;
    }

    /// <summary>The help of a service.</summary>
    public static async Task<string> DescribeAsync(string service, int healthPort, OpenRoom open)
    {
        var options = await OptionsAsync(open);
        var text = new StringBuilder().AppendLine($"""
            {service} {PipelineVersion.Current}

            Options are read from appsettings.json beside the executable (Section:Key), from the environment (Section__Key) and from the command line
            (--Section:Key=value); the last one counts. The health port is {healthPort} where none is set.
            What a key means and must be is in docs/CONFIGURATION.md; OpenTelemetry's variables (OTEL_EXPORTER_OTLP_ENDPOINT ...) in docs/TELEMETRY.md.
            Exit codes: {ExitCodes.Done} ended on request; {ExitCodes.Configuration} wrong configuration; {ExitCodes.Replaced} replaced by a process with the same ordinal; {ExitCodes.Invariant} state and log do not fit; {ExitCodes.Failure} anything else.

            """);
        var width = options.Max(option => option.Key.Length);
        foreach (var option in options)
        {
            text.Append("  ").Append(option.Key.PadRight(width)).Append("  ").Append(option.Holds).AppendLine(option.Default.Length > 0 ? $"; default {option.Default}" : "");
        }

        return text.ToString();
    }
}
