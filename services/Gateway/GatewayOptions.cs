using System.Net;

namespace Streaming.Gateway;

/// <summary>Where the gateway listens, and what it bounds. Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    private const int HighestPort = 65_535;
    private static readonly TimeSpan LongestBody = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromMinutes(5);

    /// <summary>The address to listen on. Default 127.0.0.1; 0.0.0.0 for every one, as in a container.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port of the page and of HTTP. Default 8080; 0 takes a free one and logs it.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>The largest body of a request. Default 4 MiB; 1 KiB to 64 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 4 << 20;

    /// <summary>The most readings of one request. Default 1,000; 1 to 100,000.</summary>
    public int MaxReadings { get; set; } = 1000;

    /// <summary>How long the body of a request may take. Default 30 s; 1 s to 10 min.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of bodies of all requests at once that are read or wait for Kafka; more are asked to come later. Default 32 MiB; not less than <see cref="MaxBodyBytes"/>, up to 1 GiB.</summary>
    public int MaxPendingBytes { get; set; } = 32 << 20;

    /// <summary>How long a request waits until Kafka has its readings. Default 10 s; 1 s to 5 min.</summary>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most pages that watch the chain at once; more are asked to come later. Default 100; 1 to 10,000.</summary>
    public int MaxWatchers { get; set; } = 100;

    /// <summary>Connections at once. Default 1,000; 2 to 100,000, and more than <see cref="MaxWatchers"/>.</summary>
    public int MaxConnections { get; set; } = 1000;

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (!IPAddress.TryParse(Address, out _))
        {
            yield return Error(nameof(Address), Address, "must be an IP address; 127.0.0.1 for this host alone, 0.0.0.0 for every address of it");
        }

        if (Port is < 0 or > HighestPort)
        {
            yield return Error(nameof(Port), Port, $"must lie between 0 and {HighestPort}; 0 takes a free port");
        }

        if (MaxBodyBytes is < 1024 or > 64 << 20)
        {
            yield return Error(nameof(MaxBodyBytes), MaxBodyBytes, $"must lie between 1024 and {64 << 20}; the default is {4 << 20}");
        }

        if (MaxReadings is < 1 or > 100_000)
        {
            yield return Error(nameof(MaxReadings), MaxReadings, "must lie between 1 and 100000; the default is 1000");
        }

        if (BodyTimeout < TimeSpan.FromSeconds(1) || BodyTimeout > LongestBody)
        {
            yield return Error(nameof(BodyTimeout), BodyTimeout, "must lie between 1 s and 10 min; the default is 00:00:30");
        }

        if (MaxPendingBytes < MaxBodyBytes || MaxPendingBytes > 1 << 30)
        {
            yield return Error(nameof(MaxPendingBytes), MaxPendingBytes, $"must lie between {Section}:{nameof(MaxBodyBytes)} and {1 << 30}; the default is {32 << 20}");
        }

        if (DeliveryTimeout < TimeSpan.FromSeconds(1) || DeliveryTimeout > LongestDelivery)
        {
            yield return Error(nameof(DeliveryTimeout), DeliveryTimeout, "must lie between 1 s and 5 min; the default is 00:00:10");
        }

        if (MaxWatchers is < 1 or > 10_000)
        {
            yield return Error(nameof(MaxWatchers), MaxWatchers, "must lie between 1 and 10000; the default is 100");
        }

        if (MaxConnections is < 2 or > 100_000 || MaxConnections <= MaxWatchers)
        {
            yield return Error(nameof(MaxConnections), MaxConnections, $"must lie between 2 and 100000 and be more than {Section}:{nameof(MaxWatchers)}; the default is 1000");
        }
    }

    private static string Error(string key, object value, string rule) => $"{Section}:{key} = '{value}': {rule}.";
}
