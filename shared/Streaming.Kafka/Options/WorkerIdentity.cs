using System.Globalization;

namespace Streaming.Kafka;

/// <summary>Who a worker thread is to Kafka. The same after every restart: from it follow <c>group.instance.id</c> and <c>transactional.id</c>,
/// by which a restarted worker takes its partitions back at once and ends what its predecessor left open.</summary>
public sealed record WorkerIdentity
{
    /// <summary>An identity within a service.</summary>
    /// <param name="service">The service, for example <c>sensor-ingest</c>.</param>
    /// <param name="ordinal">Which of the service's processes; from 0, no two alike.</param>
    /// <param name="thread">Which thread of the process, or null where there is only one.</param>
    public WorkerIdentity(string service, int ordinal, int? thread = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        Service = service;
        Ordinal = ordinal;
        Thread = thread;
    }

    /// <summary>The service.</summary>
    public string Service { get; }

    /// <summary>Which of the service's processes.</summary>
    public int Ordinal { get; }

    /// <summary>Which thread of the process, where there are several.</summary>
    public int? Thread { get; }

    /// <summary>The stable id under a prefix: <c>prefix service-ordinal[-thread]</c>.</summary>
    public string Id(string prefix) => Thread is { } thread
        ? string.Create(CultureInfo.InvariantCulture, $"{prefix}{Service}-{Ordinal}-{thread}")
        : string.Create(CultureInfo.InvariantCulture, $"{prefix}{Service}-{Ordinal}");
}
