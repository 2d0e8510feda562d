using Streaming.Telemetry;

namespace Streaming.Hosting;

/// <summary>What is followed, as the options and OpenTelemetry's variables say together.</summary>
/// <param name="Options">Section <c>Telemetry</c>.</param>
/// <param name="Variables">OpenTelemetry's own.</param>
public sealed record TelemetrySettings(TelemetryOptions Options, OtelVariables Variables)
{
    /// <summary>Which records the first stage of the chain begins to follow.</summary>
    public TraceSampling Sampling => new(Variables.Ratio, Variables.HonourParents, Options.TracesPerSecond, Options.DeviceTracesPerSecond);

    /// <summary>Reads them; what is wrong shows at <see cref="ServiceConfiguration.Check"/>.</summary>
    public static TelemetrySettings Read(ServiceConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new TelemetrySettings(configuration.Read<TelemetryOptions>(TelemetryOptions.Section, options => options.Validate()), new OtelVariables(configuration.Root));
    }
}
