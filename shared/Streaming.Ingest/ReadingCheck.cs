using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>
/// Tells whether SensorIngest would refuse a reading, for whoever can still answer its sender. The same rules by the same code, so that neither
/// side accepts what the other refuses as long as their options are the same. Not for several threads at once.
/// </summary>
public sealed class ReadingCheck
{
    private readonly IngestOptions _options;
    private readonly AvroLimits _limits;
    private readonly ReadingRules _rules;

    /// <summary>A check by options that hold their own rules.</summary>
    public ReadingCheck(IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _limits = new AvroLimits(options.MaxRecordBytes, AvroLimits.Default.MaxItems, AvroLimits.Default.MaxTotalItems);
        _rules = new ReadingRules(options);
    }

    /// <summary>Looks at one reading.</summary>
    /// <param name="framed">The record's value: Avro of SensorReading, the current schema, behind Confluent's frame.</param>
    /// <param name="ingestTime">When it arrives, in milliseconds since 1970.</param>
    /// <returns>The first rule that it breaks; null where it breaks none.</returns>
    public RefusedReading? Check(ReadOnlySpan<byte> framed, long ingestTime)
    {
        if (framed.Length > _options.MaxRecordBytes)
        {
            return new RefusedReading(DeadLetterReason.TooLarge, $"the reading has {framed.Length} bytes as a record; at most {_options.MaxRecordBytes} are allowed", Field: null);
        }

        if (!ConfluentFraming.TryRead(framed, out _, out var body))
        {
            return new RefusedReading(DeadLetterReason.NotFramed, "the value has no frame", Field: null);
        }

        var status = SensorReadingView.TryRead(body, _limits, out var reading);
        if (status != AvroStatus.Ok)
        {
            return new RefusedReading(RecordRules.ReasonOf(status), $"the body is not Avro of {nameof(SensorReading)}: {status}", Field: null);
        }

        return _rules.Check(reading, ingestTime) is { } fault ? new RefusedReading(fault.Reason, fault.Detail, fault.Field) : null;
    }
}

/// <summary>Why a reading is refused.</summary>
/// <param name="Reason">The rule's name.</param>
/// <param name="Detail">The rule, the value, and what is allowed.</param>
/// <param name="Field">The field that broke it; null for the reading as a whole.</param>
public readonly record struct RefusedReading(DeadLetterReason Reason, string Detail, string? Field);
