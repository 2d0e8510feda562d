using System.Globalization;
using System.Net;
using Cassandra.Connections;
using Cassandra.Routing;
using Cassandra.Wire;

namespace Cassandra.Clusters;

/// <summary>Reads hosts and keyspaces from the system's tables.</summary>
internal static class Topology
{
    public static async Task ReadAsync(Cluster cluster, Connection connection)
    {
        var local = (await AskAsync(cluster, connection, "SELECT * FROM system.local WHERE key='local'").ConfigureAwait(false)).FirstOrDefault()
            ?? throw new DriverInternalError($"The host {connection.Address} tells nothing of itself in system.local.");
        var found = new List<(Host Host, IEnumerable<long> Tokens)> { Describe(cluster, connection.Address, local) };
        foreach (var peer in await PeersAsync(cluster, connection).ConfigureAwait(false))
        {
            if (AddressOf(peer, cluster.Configuration.Port) is { } address)
            {
                found.Add(Describe(cluster, address, peer));
            }
        }

        var keyspaces = await AskAsync(cluster, connection, "SELECT keyspace_name, replication FROM system_schema.keyspaces").ConfigureAwait(false);
        cluster.FirstDatacenter ??= found[0].Host.Datacenter;
        cluster.SetHosts([.. found.Select(one => one.Host)]);
        cluster.Tokens = new TokenMap(
            found, keyspaces.ToDictionary(row => row.GetValue<string>("keyspace_name"), row => row.GetValue<IDictionary<string, string>>("replication")));
    }

    /// <summary>Whether all live nodes have the same schema.</summary>
    public static async Task<bool> IsAgreedAsync(Cluster cluster, Connection connection)
    {
        var local = await AskAsync(cluster, connection, "SELECT schema_version FROM system.local WHERE key='local'").ConfigureAwait(false);
        var versions = new HashSet<Guid?> { local.FirstOrDefault()?.GetValue<Guid?>("schema_version") };
        foreach (var peer in await PeersAsync(cluster, connection).ConfigureAwait(false))
        {
            if (AddressOf(peer, cluster.Configuration.Port) is { } address && cluster.GetHost(address) is { IsUp: true })
            {
                versions.Add(peer.GetValue<Guid?>("schema_version"));
            }
        }

        return versions.Count == 1;
    }

    private static async Task<RowSet> PeersAsync(Cluster cluster, Connection connection)
    {
        try
        {
            return await AskAsync(cluster, connection, "SELECT * FROM system.peers_v2").ConfigureAwait(false);
        }
        catch (InvalidQueryException)
        {
            // Before Cassandra 4 there is only this one.
            return await AskAsync(cluster, connection, "SELECT * FROM system.peers").ConfigureAwait(false);
        }
    }

    private static async Task<RowSet> AskAsync(Cluster cluster, Connection connection, string cql)
    {
        var answer = await connection.AskAsync(
            Opcode.Query, (writer, version) => Handshake.Question(writer, version, cql), cluster.Configuration.SocketOptions.ReadTimeoutMillis).ConfigureAwait(false);
        return answer is RowsAnswer rows
            ? new RowSet(new ExecutionInfo(connection.Address, [], ConsistencyLevel.One), rows.Page, null, null)
            : throw BodyReader.Malformed($"'{cql}' was answered by {answer.GetType().Name}");
    }

    private static (Host Host, IEnumerable<long> Tokens) Describe(Cluster cluster, IPEndPoint address, Row row)
    {
        var host = cluster.GetHost(address) ?? new Host(address);
        host.Datacenter = row.GetValue<string?>("data_center");
        host.Rack = row.GetValue<string?>("rack");
        host.HostId = row.GetValue<Guid?>("host_id") ?? Guid.Empty;
        host.CassandraVersion = Version.TryParse(row.GetValue<string?>("release_version")?.Split('-')[0], out var version) ? version : null;
        var tokens = new List<long>();
        foreach (var text in row.GetValue<IEnumerable<string>?>("tokens") ?? [])
        {
            // Tokens of other partitioners are no such numbers; then no host is preferred.
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var token))
            {
                tokens.Add(token);
            }
        }

        return (host, tokens);
    }

    // A node that is only half known has no address yet.
    private static IPEndPoint? AddressOf(Row peer, int port)
    {
        var given = peer.GetColumn("native_address") is not null ? "native_address" : "rpc_address";
        var address = peer.GetValue<IPAddress?>(given);
        if (address is null || peer.IsNull("schema_version"))
        {
            return null;
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            address = peer.GetValue<IPAddress>("peer");
        }

        return new IPEndPoint(address, peer.GetColumn("native_port") is not null && !peer.IsNull("native_port") ? peer.GetValue<int>("native_port") : port);
    }
}
