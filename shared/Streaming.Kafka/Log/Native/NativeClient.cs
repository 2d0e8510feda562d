using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>The library's side of Confluent's clients.</summary>
internal static class NativeClient
{
    /// <summary>The library's handle of a client; good until the client is disposed of.</summary>
    public static nint Of(Handle client) => ((SafeHandle)Native(client)).DangerousGetHandle();

    /// <summary>An error of the library as Confluent's client would tell it.</summary>
    /// <param name="client">The library's handle.</param>
    /// <param name="code">The library's code.</param>
    /// <param name="reason">What happened; null for the code's own words.</param>
    public static KafkaException Failure(nint client, int code, string? reason = null)
    {
        if (code == Librdkafka.Fatal && Librdkafka.FatalError(client) is { Code: not 0 } final)
        {
            return new KafkaException(new Error((ErrorCode)final.Code, final.Reason, isFatal: true));
        }

        return new KafkaException(new Error((ErrorCode)code, reason ?? ((ErrorCode)code).GetReason()));
    }

    // Confluent's client keeps its handle to itself; a test holds that this version still has it here.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object Native(Handle client);
}
