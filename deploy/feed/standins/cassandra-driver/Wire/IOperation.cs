namespace Cassandra.Wire;

/// <summary>A request on a connection, and what becomes of it. Exactly one of the two calls below follows a successful send.</summary>
internal interface IOperation
{
    Opcode Opcode { get; }

    /// <summary>Writes the body.</summary>
    void Encode(WireWriter writer, int version);

    /// <summary>The answer; the body is valid during the call only. Runs on the connection's reader, so it must not wait.</summary>
    /// <exception cref="DriverInternalError">The body does not follow the protocol; the connection is closed, and <see cref="OnFailure"/> follows.</exception>
    void OnResponse(Connections.Connection connection, in FrameHeader header, ReadOnlySpan<byte> body);

    /// <summary>No answer: the connection was lost, or time ran out.</summary>
    void OnFailure(Connections.Connection connection, Exception reason);
}
