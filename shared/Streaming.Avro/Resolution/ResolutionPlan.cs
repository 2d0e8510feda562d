using Streaming.Avro.Resolution;

namespace Streaming.Avro;

/// <summary>
/// How values written with one schema are read with another, by Avro's rules: added, removed and reordered fields, defaults, promotions,
/// unions, aliases. Made once for a pair of schemas. It turns the writer's bytes into the reader's, so that one generated decoder or view
/// serves every writer. Immutable, and safe to use from many threads, each with a buffer of its own.
/// </summary>
public sealed class ResolutionPlan
{
    // Whatever the defaults, a value grows by a factor and a constant at most: a one-byte int becomes a double of eight.
    private const int MaxGrowth = 16;
    private const int MaxAdded = 1 << 16;

    private readonly Transcoder? _transcoder;

    private ResolutionPlan(AvroSchema writer, AvroSchema reader, Transcoder? transcoder)
    {
        Writer = writer;
        Reader = reader;
        _transcoder = transcoder;
    }

    /// <summary>What the bytes were written with.</summary>
    public AvroSchema Writer { get; }

    /// <summary>What they are read with.</summary>
    public AvroSchema Reader { get; }

    /// <summary>Whether the bytes are the same in both schemas, so that nothing has to be done.</summary>
    public bool IsIdentity => _transcoder is null;

    /// <summary>Makes a plan.</summary>
    /// <param name="writer">What the bytes were written with.</param>
    /// <param name="reader">What they are to be read with.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="error">Where there is none: the first field that does not resolve, and why.</param>
    public static bool TryCreate(AvroSchema writer, AvroSchema reader, out ResolutionPlan? plan, out string? error)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(reader);
        error = null;
        var transcoder = PlanCompiler.Compile(writer, reader, "", ref error);
        plan = transcoder is null ? null : new ResolutionPlan(writer, reader, transcoder is CopyTranscoder ? null : transcoder);
        return plan is not null;
    }

    /// <summary>Gives a value's bytes in the reader's schema. What they hold is yet to be checked by whoever decodes them.</summary>
    /// <param name="body">The body in the writer's schema.</param>
    /// <param name="scratch">Emptied and filled, unless <see cref="IsIdentity"/>.</param>
    /// <param name="limits">What the value may ask for.</param>
    /// <param name="resolved">The body in the reader's schema, until <paramref name="scratch"/> is used again: <paramref name="body"/> itself where nothing has to be done.</param>
    public AvroStatus Resolve(ReadOnlySpan<byte> body, AvroBuffer scratch, in AvroLimits limits, out ReadOnlySpan<byte> resolved)
    {
        if (_transcoder is null)
        {
            resolved = body;
            return AvroStatus.Ok;
        }

        ArgumentNullException.ThrowIfNull(scratch);
        scratch.Reset();
        var status = Transcode(body, scratch, limits);
        resolved = scratch.WrittenSpan;
        return status;
    }

    /// <summary>Appends a value's bytes in the reader's schema. What they hold is yet to be checked by whoever decodes them.</summary>
    /// <param name="body">The body in the writer's schema.</param>
    /// <param name="into">Where they go; on a fault, some of them.</param>
    /// <param name="limits">What the value may ask for.</param>
    public AvroStatus Transcode(ReadOnlySpan<byte> body, AvroBuffer into, in AvroLimits limits)
    {
        var writer = new AvroWriter(into);
        if (_transcoder is null)
        {
            writer.WriteRaw(body);
            return AvroStatus.Ok;
        }

        var maxPosition = (int)Math.Min(int.MaxValue, writer.Position + MaxAdded + ((long)body.Length * MaxGrowth));
        var value = new Transcoding(new AvroReader(body, limits), writer, maxPosition);
        _transcoder.Transcode(ref value);
        return value.Reader.End();
    }
}
