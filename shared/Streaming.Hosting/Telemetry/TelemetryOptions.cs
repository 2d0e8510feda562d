namespace Streaming.Hosting;

/// <summary>How many readings are followed through the chain at most. Section <c>Telemetry</c>. Whether any are, and which share, is said by OpenTelemetry's own variables.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telemetry";

    private const int MostPerSecond = 1_000_000;

    /// <summary>The most readings that a worker begins to follow in a second by its own choice. Default 10; 0 to 1,000,000.</summary>
    public int TracesPerSecond { get; set; } = 10;

    /// <summary>The most readings that a worker follows in a second since they came with a sampled trace context of their own. Default 100; 0 to 1,000,000.</summary>
    public int DeviceTracesPerSecond { get; set; } = 100;

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (TracesPerSecond is < 0 or > MostPerSecond)
        {
            yield return $"{Section}:TracesPerSecond = '{TracesPerSecond}': must lie between 0 and {MostPerSecond}; the default is 10.";
        }

        if (DeviceTracesPerSecond is < 0 or > MostPerSecond)
        {
            yield return $"{Section}:DeviceTracesPerSecond = '{DeviceTracesPerSecond}': must lie between 0 and {MostPerSecond}; the default is 100.";
        }
    }
}
