using System.Net;
using System.Net.Sockets;
using Cassandra.Connections;
using Cassandra.Wire;

namespace Cassandra.Clusters;

/// <summary>A connection of its own to one of the hosts: tells which hosts and keyspaces there are, and hears of changes.</summary>
internal sealed class ControlConnection : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly Cluster _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private int _refreshAsked;

    public ControlConnection(Cluster cluster)
    {
        _cluster = cluster;
        Version = (int)cluster.Configuration.MaxVersion;
    }

    /// <summary>The version of the protocol that is spoken.</summary>
    public int Version { get; private set; }

    /// <summary>The connection; null while there is none.</summary>
    public Connection? Connection { get; private set; }

    private Configuration Configuration => _cluster.Configuration;

    /// <summary>Connects to the first contact point that answers.</summary>
    public async Task BeginAsync()
    {
        if (Connection is not null)
        {
            return;
        }

        var errors = new Dictionary<IPEndPoint, Exception>();
        var points = await ContactPointsAsync(errors).ConfigureAwait(false);
        if (!await TryConnectAsync(points, errors).ConfigureAwait(false))
        {
            throw new NoHostAvailableException(errors);
        }
    }

    /// <summary>Asks for hosts and keyspaces anew; nothing where there is no connection, since the next one asks.</summary>
    public async Task RefreshAsync()
    {
        await _refreshing.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            if (Connection is { } connection)
            {
                await Topology.ReadAsync(_cluster, connection).ConfigureAwait(false);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>After a change of the schema: waits until all live nodes have it, up to the configured time, and asks for it.</summary>
    /// <param name="changed">The connection to the node that made the change: another may not know of it yet, and so agree with all others on what was before.</param>
    /// <returns>Whether they have.</returns>
    public async Task<bool> AgreeAsync(Connection changed)
    {
        var began = TimeProvider.System.GetTimestamp();
        var agreed = false;
        try
        {
            while (!(agreed = await Topology.IsAgreedAsync(_cluster, changed).ConfigureAwait(false))
                && TimeProvider.System.GetElapsedTime(began).TotalMilliseconds < Configuration.SchemaAgreementMillis)
            {
                await Task.Delay(Poll, _stop.Token).ConfigureAwait(false);
            }

            await RefreshAsync().ConfigureAwait(false);
        }
        catch (Exception wrong)
        {
            _cluster.LastWarning = wrong;
        }

        return agreed;
    }

    /// <summary>Whether all live nodes have the same schema.</summary>
    public async Task<bool> IsAgreedAsync() => Connection is { } connection && await Topology.IsAgreedAsync(_cluster, connection).ConfigureAwait(false);

    public void Dispose()
    {
        _stop.Cancel();
        Connection?.Dispose();
    }

    private async Task<List<IPEndPoint>> ContactPointsAsync(Dictionary<IPEndPoint, Exception> errors)
    {
        var points = new List<IPEndPoint>(Configuration.Addresses);
        foreach (var name in Configuration.Names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                points.Add(new IPEndPoint(address, Configuration.Port));
                continue;
            }

            try
            {
                points.AddRange((await Dns.GetHostAddressesAsync(name, _stop.Token).ConfigureAwait(false)).Select(found => new IPEndPoint(found, Configuration.Port)));
            }
            catch (SocketException unknown)
            {
                errors[new IPEndPoint(IPAddress.None, Configuration.Port)] = new InvalidOperationException($"The name '{name}' of a contact point is not known: {unknown.Message}", unknown);
            }
        }

        return points;
    }

    private async Task<bool> TryConnectAsync(IEnumerable<IPEndPoint> points, Dictionary<IPEndPoint, Exception> errors)
    {
        foreach (var point in points.Distinct())
        {
            Connection? connection = null;
            try
            {
                connection = await OpenAsync(point).ConfigureAwait(false);
                await connection.AskAsync(Opcode.Register, WriteRegister, Configuration.SocketOptions.ReadTimeoutMillis).ConfigureAwait(false);
                await Topology.ReadAsync(_cluster, connection).ConfigureAwait(false);
                Connection = connection;
                connection.Closed += OnClosed;
                if (connection.IsClosed)
                {
                    OnClosed(connection, connection.Reason!);
                }

                return true;
            }
            catch (Exception wrong) when (!_stop.IsCancellationRequested)
            {
                connection?.Close(wrong);
                errors[point] = wrong;
            }
        }

        return false;
    }

    private async Task<Connection> OpenAsync(IPEndPoint point)
    {
        while (true)
        {
            try
            {
                return await Connection.OpenAsync(point, Configuration, Version, null, OnEvent, _stop.Token).ConfigureAwait(false);
            }
            catch (VersionRefusedException refused) when (Version > (int)ProtocolVersion.MinSupported)
            {
                Version = refused.Offered is 0 or (int)ProtocolVersion.V4 ? Version - 1 : throw Unsupported(point, refused);
            }
            catch (VersionRefusedException refused)
            {
                throw Unsupported(point, refused);
            }
        }
    }

    private static UnsupportedProtocolVersionException Unsupported(IPEndPoint point, VersionRefusedException refused) =>
        new($"The host {point} speaks version 5 and 4 of the protocol no more or not yet: {refused.Message}");

    private static void WriteRegister(WireWriter writer, int version)
    {
        writer.Short(3);
        writer.String("TOPOLOGY_CHANGE");
        writer.String("STATUS_CHANGE");
        writer.String("SCHEMA_CHANGE");
    }

    private void OnEvent(ServerEvent heard)
    {
        if (heard is { Kind: "STATUS_CHANGE", Change: "UP", Address: { } address })
        {
            _cluster.Hurry(address);
        }

        if (Interlocked.Exchange(ref _refreshAsked, 1) == 0)
        {
            _ = RefreshLaterAsync();
        }
    }

    // Events come in bursts, and before the tables tell of them.
    private async Task RefreshLaterAsync()
    {
        try
        {
            await Task.Delay(Settle, _stop.Token).ConfigureAwait(false);
            Volatile.Write(ref _refreshAsked, 0);
            await RefreshAsync().ConfigureAwait(false);
        }
        catch (Exception wrong)
        {
            Volatile.Write(ref _refreshAsked, 0);
            _cluster.LastWarning = wrong;
        }
    }

    private void OnClosed(Connection connection, Exception reason)
    {
        Connection = null;
        if (!_stop.IsCancellationRequested)
        {
            _ = ConnectAgainAsync();
        }
    }

    private async Task ConnectAgainAsync()
    {
        var schedule = Configuration.Policies.ReconnectionPolicy.NewSchedule();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var errors = new Dictionary<IPEndPoint, Exception>();
                var known = _cluster.AllHosts().OrderByDescending(host => host.IsUp).Select(host => host.Address);
                if (await TryConnectAsync(known.Concat(await ContactPointsAsync(errors).ConfigureAwait(false)), errors).ConfigureAwait(false))
                {
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(schedule.NextDelayMs()), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Shut down.
        }
    }
}
