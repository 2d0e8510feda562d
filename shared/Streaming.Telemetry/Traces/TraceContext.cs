using System.Diagnostics;
using System.Text;

namespace Streaming.Telemetry;

/// <summary>W3C Trace Context as bytes of a record's headers.</summary>
public static class TraceContext
{
    /// <summary>Bytes of a <c>traceparent</c> of version 00.</summary>
    public const int Length = 55;

    private const int MostStateBytes = 512;
    private const int TraceIdAt = 3;
    private const int SpanIdAt = 36;
    private const int FlagsAt = 53;
    private const int SampledFlag = 1;

    /// <summary>The header that says which trace a record belongs to.</summary>
    public static ReadOnlySpan<byte> ParentHeader => "traceparent"u8;

    /// <summary>The header with what tracing systems add of their own.</summary>
    public static ReadOnlySpan<byte> StateHeader => "tracestate"u8;

    /// <summary>Reads a context. What breaks the standard's rules counts as none.</summary>
    /// <param name="parent">The value of <c>traceparent</c>.</param>
    /// <param name="state">The value of <c>tracestate</c>, or nothing.</param>
    /// <param name="context">The context, of another process.</param>
    public static bool TryRead(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> state, out ActivityContext context)
    {
        context = default;
        if (!IsWellFormed(parent))
        {
            return false;
        }

        var trace = ActivityTraceId.CreateFromUtf8String(parent.Slice(TraceIdAt, 32));
        var span = ActivitySpanId.CreateFromUtf8String(parent.Slice(SpanIdAt, 16));
        var flags = (Nibble(parent[FlagsAt + 1]) & SampledFlag) != 0 ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None;
        context = new ActivityContext(trace, span, flags, state is { Length: > 0 and <= MostStateBytes } ? Encoding.ASCII.GetString(state) : null, isRemote: true);
        return true;
    }

    /// <summary>Writes a context as <c>traceparent</c>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="into">At least <see cref="Length"/> bytes.</param>
    public static void Write(in ActivityContext context, Span<byte> into)
    {
        "00-"u8.CopyTo(into);
        Encoding.ASCII.GetBytes(context.TraceId.ToHexString(), into[TraceIdAt..]);
        into[SpanIdAt - 1] = (byte)'-';
        Encoding.ASCII.GetBytes(context.SpanId.ToHexString(), into[SpanIdAt..]);
        into[FlagsAt - 1] = (byte)'-';
        into[FlagsAt] = (byte)'0';
        into[FlagsAt + 1] = (byte)((context.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? '1' : '0');
    }

    // A later version may be longer, and is read as far as version 00 goes; ff is forbidden, and so are ids of zeros.
    private static bool IsWellFormed(ReadOnlySpan<byte> parent)
    {
        if (parent.Length < Length || (parent.Length > Length && (parent[Length] != '-' || parent.StartsWith("00"u8))) || parent.StartsWith("ff"u8))
        {
            return false;
        }

        for (var i = 0; i < Length; i++)
        {
            var isDash = i is TraceIdAt - 1 or SpanIdAt - 1 or FlagsAt - 1;
            if (isDash ? parent[i] != '-' : Nibble(parent[i]) < 0)
            {
                return false;
            }
        }

        return parent.Slice(TraceIdAt, 32).ContainsAnyExcept((byte)'0') && parent.Slice(SpanIdAt, 16).ContainsAnyExcept((byte)'0');
    }

    private static int Nibble(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
