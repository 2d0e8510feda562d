using System.Net;

namespace Cassandra;

/// <summary>A node.</summary>
public sealed class Host : IEquatable<Host>
{
    private int _up = 1;

    internal Host(IPEndPoint address) => Address = address;

    /// <summary>Where it takes clients' connections.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Whether there is a connection, as far as is known.</summary>
    public bool IsUp => Volatile.Read(ref _up) == 1;

    /// <summary>Its data centre; null where it is not known.</summary>
    public string? Datacenter { get; internal set; }

    /// <summary>Its rack; null where it is not known.</summary>
    public string? Rack { get; internal set; }

    /// <summary>Its version of Cassandra; null where it is not known.</summary>
    public Version? CassandraVersion { get; internal set; }

    /// <summary>Its id in the cluster.</summary>
    public Guid HostId { get; internal set; }

    /// <inheritdoc/>
    public bool Equals(Host? other) => Address.Equals(other?.Address);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Host);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Address.ToString();

    /// <returns>Whether that is new.</returns>
    internal bool SetUp(bool up) => Interlocked.Exchange(ref _up, up ? 1 : 0) != (up ? 1 : 0);
}
