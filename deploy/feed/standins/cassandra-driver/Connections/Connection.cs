using System.Net;
using System.Net.Sockets;
using Cassandra.Wire;

namespace Cassandra.Connections;

/// <summary>
/// One connection to a host. Requests are written into one buffer by whoever asks, under a lock, and go out together by one writer; one reader
/// hands answers to their requests. Once closed it stays closed, and every request in flight fails with the reason.
/// </summary>
internal sealed class Connection : IThreadPoolWorkItem, IDisposable
{
    private readonly object _gate = new();
    private readonly Stream _stream;
    private readonly StreamTable _streams;
    private readonly FrameDecoder _decoder = new();
    private readonly Action<ServerEvent>? _events;
    private readonly int _version;
    private SegmentWriter _filling = new();
    private SegmentWriter _sending = new();
    private bool _writing;
    private Exception? _closed;
    private long _lastArrival;

    private Connection(Stream stream, IPEndPoint address, int version, int maxRequests, Action<ServerEvent>? events)
    {
        _stream = stream;
        _streams = new StreamTable(maxRequests);
        _version = version;
        _events = events;
        _lastArrival = TimeProvider.System.GetTimestamp();
        Address = address;
    }

    /// <summary>Raised once, when it has closed, with the reason.</summary>
    public event Action<Connection, Exception>? Closed;

    public enum SendResult
    {
        Sent,
        Busy,
        Closed,
    }

    public IPEndPoint Address { get; }

    public int InFlight => _streams.InFlight;

    /// <summary>Whether a sign of life is being waited for.</summary>
    public bool IsTried { get; set; }

    public bool IsClosed => Volatile.Read(ref _closed) is not null;

    public TimeSpan Quiet => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastArrival));

    /// <summary>Why it is closed; null while it is open.</summary>
    public Exception? Reason => Volatile.Read(ref _closed);

    /// <summary>Opens a connection and logs in.</summary>
    /// <exception cref="AuthenticationException">User or password is wrong.</exception>
    public static async Task<Connection> OpenAsync(
        IPEndPoint address, Configuration configuration, int version, string? keyspace, Action<ServerEvent>? events, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(configuration.SocketOptions.ConnectTimeoutMillis);
        try
        {
            var stream = await Transport.ConnectAsync(address, configuration, patience.Token).ConfigureAwait(false);
            var connection = new Connection(stream, address, version, configuration.PoolingOptions.GetMaxRequestsPerConnection(), events);
            _ = connection.ReadAsync();
            try
            {
                await Handshake.RunAsync(connection, configuration, keyspace).WaitAsync(patience.Token).ConfigureAwait(false);
                return connection;
            }
            catch (Exception wrong)
            {
                connection.Close(wrong);
                throw;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new OperationTimedOutException(address, configuration.SocketOptions.ConnectTimeoutMillis);
        }
    }

    /// <summary>Sends a request.</summary>
    /// <param name="operation">The request.</param>
    /// <param name="timeoutMillis">How long its answer may take; 0 for no limit.</param>
    /// <exception cref="InvalidTypeException">A value does not fit; nothing was sent.</exception>
    public SendResult Send(IOperation operation, int timeoutMillis)
    {
        var deadline = timeoutMillis > 0
            ? TimeProvider.System.GetTimestamp() + (timeoutMillis * (TimeProvider.System.TimestampFrequency / 1000))
            : long.MaxValue;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return SendResult.Closed;
            }

            if (_streams.IsFull)
            {
                return SendResult.Busy;
            }

            var stream = _streams.Add(operation, timeoutMillis, deadline);
            try
            {
                _filling.Append(_version, stream, operation);
            }
            catch
            {
                _streams.Undo(stream);
                throw;
            }

            if (_writing)
            {
                return SendResult.Sent;
            }

            _writing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return SendResult.Sent;
    }

    /// <summary>Sends a request and waits for its answer, on a connection that nobody else looks after yet; an error is thrown.</summary>
    public async Task<Answer> AskAsync(Opcode opcode, Action<WireWriter, int> encode, int timeoutMillis)
    {
        var question = new Question(opcode, encode);
        switch (Send(question, timeoutMillis))
        {
            case SendResult.Closed:
                throw Reason!;
            case SendResult.Busy:
                throw new BusyPoolException(Address, InFlight, 1);
        }

        try
        {
            return await question.Task.WaitAsync(timeoutMillis > 0 ? TimeSpan.FromMilliseconds(timeoutMillis) : Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new OperationTimedOutException(Address, timeoutMillis);
        }
    }

    /// <summary>In version 5, from here on everything lies in segments.</summary>
    public void UseSegments()
    {
        _decoder.Framed = _version >= 5;
        lock (_gate)
        {
            _filling.Framed = _sending.Framed = _version >= 5;
        }
    }

    /// <summary>Gives up requests whose time has run out; closes where too many answers are missing.</summary>
    public void GiveUpDue(List<(IOperation Operation, int TimeoutMillis)> due, int threshold)
    {
        lock (_gate)
        {
            if (_closed is null)
            {
                _streams.TakeDue(TimeProvider.System.GetTimestamp(), due);
            }
        }

        foreach (var (operation, timeoutMillis) in due)
        {
            operation.OnFailure(this, new OperationTimedOutException(Address, timeoutMillis));
        }

        due.Clear();
        if (_streams.GivenUp > threshold)
        {
            Close(new SocketException((int)SocketError.TimedOut, $"The host {Address} left {_streams.GivenUp} requests without an answer."));
        }
    }

    public void Close(Exception reason)
    {
        List<IOperation> lost;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = reason;
            lost = _streams.TakeAll();
        }

        _stream.Dispose();
        foreach (var operation in lost)
        {
            operation.OnFailure(this, reason);
        }

        Closed?.Invoke(this, reason);
    }

    public void Dispose() => Close(new ObjectDisposedException("The session was shut down."));

    /// <summary>The writer's turn on the pool.</summary>
    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                SegmentWriter full;
                lock (_gate)
                {
                    if (_filling.IsEmpty || _closed is not null)
                    {
                        _writing = false;
                        return;
                    }

                    full = _filling;
                    (_filling, _sending) = (_sending, full);
                }

                await _stream.WriteAsync(full.Finish()).ConfigureAwait(false);
                full.Clear();
            }
        }
        catch (Exception wrong)
        {
            Close(wrong);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var count = await _stream.ReadAsync(_decoder.Room()).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new SocketException((int)SocketError.ConnectionReset, $"The host {Address} closed the connection.");
                }

                Volatile.Write(ref _lastArrival, TimeProvider.System.GetTimestamp());
                _decoder.Arrived(count);
                HandAll();
            }
        }
        catch (Exception wrong)
        {
            Close(wrong);
        }
    }

    private void HandAll()
    {
        while (_decoder.TryRead(out var header, out var body))
        {
            Hand(header, body);
        }
    }

    private void Hand(in FrameHeader header, ReadOnlySpan<byte> body)
    {
        // A server that does not speak our version says so in one that it does speak.
        if (header.Version != _version && header.Opcode != Opcode.Error)
        {
            throw BodyReader.Malformed($"an answer is of version {header.Version}, and {_version} is spoken");
        }

        if (header.Stream < 0)
        {
            _events?.Invoke(AnswerReader.ReadEvent(header, body));
            return;
        }

        IOperation? operation;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            operation = _streams.Take(header.Stream);
        }

        try
        {
            operation?.OnResponse(this, header, body);
        }
        catch (Exception wrong)
        {
            operation!.OnFailure(this, wrong);
            throw;
        }
    }

    /// <summary>A request whose answer somebody awaits.</summary>
    private sealed class Question(Opcode opcode, Action<WireWriter, int> encode)
        : TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously), IOperation
    {
        public Opcode Opcode => opcode;

        public void Encode(WireWriter writer, int version) => encode(writer, version);

        public void OnResponse(Connection connection, in FrameHeader header, ReadOnlySpan<byte> body)
        {
            var answer = AnswerReader.Read(header, body, connection.Address);
            if (header.Version != connection._version)
            {
                TrySetException(new VersionRefusedException(header.Version, (answer as ErrorAnswer)?.Exception.Message ?? ""));
                return;
            }

            // What follows a start must be read as segments before anything more is.
            if (opcode == Opcode.Startup && answer is DoneAnswer or AuthenticateAnswer)
            {
                connection.UseSegments();
            }

            if (answer is ErrorAnswer error)
            {
                TrySetException(error.Code == ErrorCode.Protocol && opcode == Opcode.Startup
                    ? new VersionRefusedException(0, error.Exception.Message)
                    : error.Exception);
            }
            else
            {
                TrySetResult(answer);
            }
        }

        public void OnFailure(Connection connection, Exception reason) => TrySetException(reason);
    }
}

/// <summary>A server does not speak the version of the protocol that was tried.</summary>
internal sealed class VersionRefusedException(int offered, string message) : Exception(message)
{
    /// <summary>The version in which it said so; 0 where that was ours.</summary>
    public int Offered { get; } = offered;
}
