using Cassandra.Wire;

namespace Cassandra.Connections;

/// <summary>A session's connections to one host; those that are lost are made again, after the waits of the reconnection policy.</summary>
internal sealed class HostPool : IDisposable
{
    private readonly object _gate = new();
    private readonly Configuration _configuration;
    private readonly Func<int> _version;
    private readonly string? _keyspace;
    private readonly int _wanted;
    private readonly CancellationTokenSource _stop = new();
    private Connection[] _connections = [];
    private TaskCompletionSource _hurry = NewSignal();
    private Dictionary<PreparedStatement, Task>? _preparing;
    private bool _filling;
    private int _next;

    public HostPool(Host host, Configuration configuration, Func<int> version, string? keyspace, int wanted)
    {
        Host = host;
        _configuration = configuration;
        _version = version;
        _keyspace = keyspace;
        _wanted = wanted;
    }

    public Host Host { get; }

    /// <summary>Why the last connection was lost or not made.</summary>
    public Exception? LastError { get; private set; }

    public Connection[] Connections => Volatile.Read(ref _connections);

    /// <summary>Raised when the first connection came or the last one went.</summary>
    public event Action<HostPool, bool>? UpChanged;

    /// <summary>Makes the connections once; what fails is tried again behind.</summary>
    public async Task OpenAsync()
    {
        await TryFillAsync().ConfigureAwait(false);
        if (Connections.Length < _wanted)
        {
            KeepFilling();
        }
    }

    /// <summary>Sends a request by the connection with the least in flight.</summary>
    /// <returns>The connection; null with the reason where none could take it.</returns>
    public Connection? TrySend(IOperation operation, int timeoutMillis, out Exception? reason)
    {
        var connections = Connections;
        var busy = false;
        var first = connections.Length > 1 ? (int)((uint)Interlocked.Increment(ref _next) % (uint)connections.Length) : 0;
        for (var at = 0; at < connections.Length; at++)
        {
            var connection = connections[(first + at) % connections.Length];
            switch (connection.Send(operation, timeoutMillis))
            {
                case Connection.SendResult.Sent:
                    reason = null;
                    return connection;
                case Connection.SendResult.Busy:
                    busy = true;
                    break;
            }
        }

        reason = busy
            ? new BusyPoolException(Host.Address, _configuration.PoolingOptions.GetMaxRequestsPerConnection(), connections.Length)
            : LastError ?? new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NotConnected);
        return null;
    }

    /// <summary>Prepares a statement again; many at one time share one preparation.</summary>
    public Task PrepareAgainAsync(Connection connection, PreparedStatement prepared)
    {
        lock (_gate)
        {
            _preparing ??= [];
            if (!_preparing.TryGetValue(prepared, out var running))
            {
                running = PrepareAgainOnceAsync(connection, prepared);
                if (!running.IsCompleted)
                {
                    _preparing[prepared] = running;
                }
            }

            return running;
        }
    }

    /// <summary>Tries to connect now, where it is waiting for its next attempt.</summary>
    public void Hurry()
    {
        lock (_gate)
        {
            _hurry.TrySetResult();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var connection in Connections)
        {
            connection.Dispose();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PrepareAgainOnceAsync(Connection connection, PreparedStatement prepared)
    {
        await Task.Yield();
        try
        {
            var answer = (PreparedAnswer)await Preparation.AskAsync(connection, prepared.QueryString, _configuration).ConfigureAwait(false);
            if (!answer.Id.AsSpan().SequenceEqual(prepared.Id))
            {
                throw new PreparedStatementIdMismatchException(prepared.Id, answer.Id);
            }

            prepared.Result = answer.Result;
        }
        finally
        {
            lock (_gate)
            {
                _preparing!.Remove(prepared);
            }
        }
    }

    private async Task<bool> TryFillAsync()
    {
        while (Connections.Length < _wanted)
        {
            try
            {
                var connection = await Connection.OpenAsync(Host.Address, _configuration, _version(), _keyspace, null, _stop.Token).ConfigureAwait(false);
                connection.Closed += Remove;
                var first = false;
                lock (_gate)
                {
                    if (!connection.IsClosed && _connections.Length < _wanted)
                    {
                        first = _connections.Length == 0;
                        _connections = [.. _connections, connection];
                    }
                }

                if (_stop.IsCancellationRequested || Array.IndexOf(Connections, connection) < 0)
                {
                    connection.Dispose();
                    return _stop.IsCancellationRequested || Connections.Length == _wanted;
                }

                if (first)
                {
                    UpChanged?.Invoke(this, true);
                }
            }
            catch (Exception wrong)
            {
                LastError = wrong;
                if (Connections.Length == 0 && !_stop.IsCancellationRequested)
                {
                    UpChanged?.Invoke(this, false);
                }

                return false;
            }
        }

        return true;
    }

    private void Remove(Connection connection, Exception reason)
    {
        bool last;
        lock (_gate)
        {
            LastError = reason;
            if (Array.IndexOf(_connections, connection) < 0)
            {
                return;
            }

            _connections = [.. _connections.Where(other => other != connection)];
            last = _connections.Length == 0;
        }

        if (_stop.IsCancellationRequested)
        {
            return;
        }

        if (last)
        {
            UpChanged?.Invoke(this, false);
        }

        KeepFilling();
    }

    private void KeepFilling()
    {
        lock (_gate)
        {
            if (_filling || _stop.IsCancellationRequested)
            {
                return;
            }

            _filling = true;
        }

        _ = KeepFillingAsync();
    }

    private async Task KeepFillingAsync()
    {
        var schedule = _configuration.Policies.ReconnectionPolicy.NewSchedule();
        while (!_stop.IsCancellationRequested)
        {
            Task hurry;
            lock (_gate)
            {
                if (_hurry.Task.IsCompleted)
                {
                    _hurry = NewSignal();
                }

                hurry = _hurry.Task;
            }

            await Task.WhenAny(hurry, Task.Delay(TimeSpan.FromMilliseconds(schedule.NextDelayMs()), _stop.Token)).ConfigureAwait(false);
            if (_stop.IsCancellationRequested || (await TryFillAsync().ConfigureAwait(false) && IsFull()))
            {
                return;
            }
        }
    }

    // Ends the filling only while nothing was lost meanwhile, since a loss during it begins no other.
    private bool IsFull()
    {
        lock (_gate)
        {
            _filling = _connections.Length < _wanted;
            return !_filling;
        }
    }
}
