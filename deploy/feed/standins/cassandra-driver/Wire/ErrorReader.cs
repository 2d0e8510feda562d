using System.Net;

namespace Cassandra.Wire;

/// <summary>Reads errors into exceptions.</summary>
internal static class ErrorReader
{
    public static ErrorAnswer Read(ref BodyReader reader, int version, IPEndPoint host)
    {
        var code = (ErrorCode)reader.Int();
        var message = reader.String();
        Exception exception = code switch
        {
            ErrorCode.Protocol => new ProtocolErrorException(message),
            ErrorCode.BadCredentials => new AuthenticationException(message, host),
            ErrorCode.Unavailable => new UnavailableException(Consistency(ref reader), reader.Int(), reader.Int()),
            ErrorCode.Overloaded => new OverloadedException(message),
            ErrorCode.IsBootstrapping => new IsBootstrappingException(message),
            ErrorCode.Truncate => new TruncateException(message),
            ErrorCode.WriteTimeout => new WriteTimeoutException(Consistency(ref reader), reader.Int(), reader.Int(), reader.String()),
            ErrorCode.ReadTimeout => new ReadTimeoutException(Consistency(ref reader), reader.Int(), reader.Int(), reader.Byte() != 0),
            ErrorCode.ReadFailure => ReadFailure(ref reader, version),
            ErrorCode.WriteFailure => WriteFailure(ref reader, version),
            ErrorCode.CasWriteUnknown => new WriteTimeoutException(Consistency(ref reader), reader.Int(), reader.Int(), "CAS"),
            ErrorCode.FunctionFailure => new FunctionFailureException(message),
            ErrorCode.Syntax => new SyntaxError(message),
            ErrorCode.Unauthorized => new UnauthorizedException(message),
            ErrorCode.Invalid => new InvalidQueryException(message),
            ErrorCode.Configuration => new InvalidConfigurationInQueryException(message),
            ErrorCode.AlreadyExists => new AlreadyExistsException(message, reader.String(), reader.String()),
            ErrorCode.Unprepared => new PreparedQueryNotFoundException(message, reader.ShortBytes()),
            _ => new ServerErrorException(message),
        };
        return new ErrorAnswer(code, exception);
    }

    private static ReadFailureException ReadFailure(ref BodyReader reader, int version)
    {
        var consistency = Consistency(ref reader);
        var received = reader.Int();
        var required = reader.Int();
        var reasons = Reasons(ref reader, version);
        return new ReadFailureException(consistency, received, required, reader.Byte() != 0, reasons);
    }

    private static WriteFailureException WriteFailure(ref BodyReader reader, int version)
    {
        var consistency = Consistency(ref reader);
        var received = reader.Int();
        var required = reader.Int();
        var reasons = Reasons(ref reader, version);
        return new WriteFailureException(consistency, received, required, reader.String(), reasons);
    }

    // Version 4 tells only how many failed.
    private static Dictionary<IPAddress, int> Reasons(ref BodyReader reader, int version)
    {
        var reasons = new Dictionary<IPAddress, int>();
        var count = reader.Int();
        for (var left = version >= 5 ? reader.Count(count, 7) : 0; left > 0; left--)
        {
            reasons[reader.Address()] = reader.Short();
        }

        return reasons;
    }

    private static ConsistencyLevel Consistency(ref BodyReader reader)
    {
        var level = (ConsistencyLevel)reader.Short();
        return Enum.IsDefined(level) ? level : throw BodyReader.Malformed($"the consistency level 0x{(int)level:X4} does not exist");
    }
}
