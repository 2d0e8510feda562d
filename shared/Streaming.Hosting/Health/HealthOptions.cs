namespace Streaming.Hosting;

/// <summary>Where a service tells how it is. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Health";

    private const int HighestPort = 65_535;

    /// <summary>The port of <c>/health/live</c> and <c>/health/ready</c>. 0 takes a free one and logs it. The default differs by service.</summary>
    public int? Port { get; set; }

    /// <summary>The address to listen on. Default 127.0.0.1; 0.0.0.0 for every one, as in a container.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (Port is < 0 or > HighestPort)
        {
            yield return $"{Section}:Port = '{Port}': must lie between 0 and {HighestPort}; 0 takes a free port.";
        }

        if (!System.Net.IPAddress.TryParse(Address, out _))
        {
            yield return $"{Section}:Address = '{Address}': must be an IP address; 127.0.0.1 for this host alone, 0.0.0.0 for every address of it.";
        }
    }
}
