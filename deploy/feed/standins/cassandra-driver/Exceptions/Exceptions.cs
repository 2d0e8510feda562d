namespace Cassandra;

/// <summary>What goes wrong between a client and the cluster.</summary>
public abstract class DriverException : Exception
{
    /// <summary>With a message.</summary>
    protected DriverException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    protected DriverException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Bytes that do not follow the protocol, or a state that must not be.</summary>
public sealed class DriverInternalError(string message) : Exception(message)
{
}

/// <summary>The server could not execute a statement.</summary>
public abstract class QueryExecutionException(string message) : DriverException(message)
{
}

/// <summary>The server refused a statement without executing it.</summary>
public abstract class QueryValidationException(string message) : DriverException(message)
{
}

/// <summary>A statement is wrong: no such table, a value of another type.</summary>
public sealed class InvalidQueryException(string message) : QueryValidationException(message)
{
}

/// <summary>A statement is no CQL.</summary>
public sealed class SyntaxError(string message) : QueryValidationException(message)
{
}

/// <summary>The user may not do this.</summary>
public sealed class UnauthorizedException(string message) : QueryValidationException(message)
{
}

/// <summary>The configuration forbids a statement.</summary>
public sealed class InvalidConfigurationInQueryException(string message) : QueryValidationException(message)
{
}

/// <summary>The coordinator is overloaded.</summary>
public sealed class OverloadedException(string message) : QueryValidationException(message)
{
}

/// <summary>The coordinator is still starting.</summary>
public sealed class IsBootstrappingException(string message) : QueryValidationException(message)
{
}

/// <summary>The server failed; its log says why.</summary>
public sealed class ServerErrorException(string message) : QueryValidationException(message)
{
}

/// <summary>The server says that the client does not follow the protocol.</summary>
public sealed class ProtocolErrorException(string message) : QueryValidationException(message)
{
}

/// <summary>A keyspace or table exists already.</summary>
public sealed class AlreadyExistsException : QueryValidationException
{
    internal AlreadyExistsException(string message, string keyspace, string table)
        : base(message)
    {
        Keyspace = keyspace;
        Table = table;
    }

    /// <summary>The keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>The table; empty where the keyspace exists.</summary>
    public string Table { get; }
}

/// <summary>The server no longer knows a prepared statement. The client prepares it again by itself.</summary>
public sealed class PreparedQueryNotFoundException : QueryValidationException
{
    internal PreparedQueryNotFoundException(string message, byte[] unknownId)
        : base(message) => UnknownId = unknownId;

    /// <summary>The statement's id.</summary>
    public byte[] UnknownId { get; }
}

/// <summary>A statement that was prepared again got another id: it now means something else, so it must be prepared anew by the program.</summary>
public sealed class PreparedStatementIdMismatchException : DriverException
{
    internal PreparedStatementIdMismatchException(byte[] expected, byte[] actual)
        : base($"A prepared statement got the id {Convert.ToHexStringLower(actual)} when it was prepared again, and had {Convert.ToHexStringLower(expected)}. Prepare it anew.")
    {
    }
}

/// <summary>A truncation failed.</summary>
public sealed class TruncateException(string message) : QueryExecutionException(message)
{
}

/// <summary>A function failed.</summary>
public sealed class FunctionFailureException(string message) : QueryExecutionException(message)
{
}

/// <summary>A value does not fit its column.</summary>
public sealed class InvalidTypeException : DriverException
{
    /// <summary>With a message.</summary>
    public InvalidTypeException(string msg)
        : base(msg)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public InvalidTypeException(string msg, Exception cause)
        : base(msg, cause)
    {
    }
}
