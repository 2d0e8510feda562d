using System.Text;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Ingest;

/// <summary>
/// SensorIngest without its topics: checks readings of any registered writer schema, stamps them with time and place of arrival, re-keys them by
/// entity, and says by ticks how far it came.
/// </summary>
/// <remarks>
/// Inputs: <c>sensor.raw</c> and, where bound, <c>entity.attributes</c> and <c>group.features</c>, in this order. Output: <c>sensor.readings</c>. Records may only come when
/// their writer schema is there (<see cref="IReadinessGate"/>). A record's key may be anything: what counts is the body's <c>entity_id</c>.
/// </remarks>
public sealed class IngestFilter : IFilter
{
    private const int ReadingsInput = 0;
    private const int AttributesInput = 1;
    private const int MembersInput = 2;

    private readonly IngestOptions _options;
    private readonly IWriterSchemas _readings;
    private readonly IWriterSchemas? _attributes;
    private readonly IWriterSchemas? _members;
    private readonly TimeProvider _clock;
    private readonly AvroLimits _limits;
    private readonly ReadingRules _readingRules;
    private readonly AttributeRules _attributeRules;
    private readonly MemberRules _memberRules;
    private readonly AvroBuffer _scratch = new(4096);
    private readonly AvroBuffer _passed = new();
    private FilterTopics _topics = new([], []);
    private SensorLogOutput _log = null!;
    private long[] _lastStamps = [];

    /// <summary>A filter that is bound to nothing yet.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="readings">The writer schemas of <c>sensor.raw</c>, read as SensorReading.</param>
    /// <param name="clock">Stamps records that the broker does not stamp.</param>
    /// <param name="attributes">The writer schemas of <c>entity.attributes</c>, read as EntityAttributes; needed only where that topic is bound.</param>
    /// <param name="members">The writer schemas of <c>group.features</c>, read as GroupFeatures; needed only where that topic is bound.</param>
    /// <exception cref="ArgumentException">The options break rules, all named in the message.</exception>
    public IngestFilter(IngestOptions options, IWriterSchemas readings, TimeProvider clock, IWriterSchemas? attributes = null, IWriterSchemas? members = null)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _readings = readings ?? throw new ArgumentNullException(nameof(readings));
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _attributes = attributes;
        _members = members;
        var errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        _limits = new AvroLimits(options.MaxRecordBytes, AvroLimits.Default.MaxItems, AvroLimits.Default.MaxTotalItems);
        _readingRules = new ReadingRules(options);
        _attributeRules = new AttributeRules(options);
        _memberRules = new MemberRules(options);
    }

    /// <inheritdoc/>
    public void Start(FilterTopics topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        _topics = topics;
        _log = new SensorLogOutput(topics.Outputs[0]);
        _lastStamps = new long[topics.Inputs[ReadingsInput].Partitions];
        Array.Fill(_lastStamps, -1);
    }

    /// <inheritdoc/>
    public void Process(RecordBatch batch, OutputBatch output)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(output);
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            output.Source = i;
            switch (batch.Topic)
            {
                case AttributesInput:
                    ProcessAttributes(batch, i, record, record.AppendTime >= 0 ? record.AppendTime : Now(), output);
                    break;
                case MembersInput:
                    ProcessMember(batch, i, record, record.AppendTime >= 0 ? record.AppendTime : Now(), output);
                    break;
                default:
                    ProcessReading(batch, i, record, record.AppendTime >= 0 ? record.AppendTime : Stamp(batch.Partition), output);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A tick speaks only for the positions of the call, and only for partitions of <c>sensor.raw</c> of which something is known.</remarks>
    public void OnTime(TimeCall now, OutputBatch output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var count = 0;
        foreach (var position in now.Positions)
        {
            count += PassedUntil(position, now.Now) >= 0 ? 1 : 0;
        }

        if (count == 0)
        {
            return;
        }

        _passed.Reset();
        var writer = new AvroWriter(_passed);
        writer.WriteBlock(count);
        foreach (var position in now.Positions)
        {
            if (PassedUntil(position, now.Now) is >= 0 and var until)
            {
                writer.WriteInt(position.Partition);
                writer.WriteLong(until);
            }
        }

        writer.WriteEnd();
        _log.AddTicks(output, _topics.Inputs[ReadingsInput].Partitions, _passed.WrittenSpan);
    }

    /// <summary>Up to which ingest time a partition has been passed on; below 0 where nothing is known of it.</summary>
    private long PassedUntil(in OwnedPosition position, long now)
    {
        if (position.Topic != ReadingsInput)
        {
            return -1;
        }

        // Where the broker does not stamp, the times that this worker gave are the records' own. They hold even if their transaction failed:
        // the records will be stamped again, later.
        var last = position.LastAppendTime >= 0 ? position.LastAppendTime : _lastStamps[position.Partition];
        return position.AtEnd ? Math.Max(last, now - (long)_options.TickMargin.TotalMilliseconds) : last;
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long Stamp(int partition) => _lastStamps[partition] = Math.Max(Now(), _lastStamps[partition]);

    private void ProcessReading(RecordBatch batch, int index, Record record, long ingestTime, OutputBatch output)
    {
        if (Open(record, _readings, out var body) is { } fault)
        {
            output.Refuse(batch, index, fault.Reason, fault.Detail);
            return;
        }

        var status = SensorReadingView.TryRead(body, _limits, out var reading);
        if (status != AvroStatus.Ok)
        {
            output.Refuse(batch, index, RecordRules.ReasonOf(status), Malformed(status, nameof(SensorReading)));
            return;
        }

        if (_readingRules.Check(reading, ingestTime) is { } broken)
        {
            output.Refuse(batch, index, broken.Reason, broken.Detail, Encoding.UTF8.GetString(reading.EntityId));
            return;
        }

        _log.Add(output, reading, ingestTime, batch.Partition, record.Offset);
    }

    private void ProcessAttributes(RecordBatch batch, int index, Record record, long ingestTime, OutputBatch output)
    {
        var schemas = _attributes ?? throw new InvalidOperationException("entity.attributes is bound, but the filter was given no writer schemas for it.");
        if (Open(record, schemas, out var body) is { } fault)
        {
            output.Refuse(batch, index, fault.Reason, fault.Detail);
            return;
        }

        var status = EntityAttributesView.TryRead(body, _limits, out var attributes);
        if (status != AvroStatus.Ok)
        {
            output.Refuse(batch, index, RecordRules.ReasonOf(status), Malformed(status, nameof(EntityAttributes)));
            return;
        }

        if (_attributeRules.Check(attributes) is { } broken)
        {
            output.Refuse(batch, index, broken.Reason, broken.Detail, Encoding.UTF8.GetString(attributes.EntityId));
            return;
        }

        _log.Add(output, attributes, ingestTime, batch.Partition, record.Offset);
    }

    private void ProcessMember(RecordBatch batch, int index, Record record, long ingestTime, OutputBatch output)
    {
        var schemas = _members ?? throw new InvalidOperationException("group.features is bound, but the filter was given no writer schemas for it.");
        if (Open(record, schemas, out var body) is { } fault)
        {
            output.Refuse(batch, index, fault.Reason, fault.Detail);
            return;
        }

        var status = GroupFeaturesView.TryRead(body, _limits, out var member);
        if (status != AvroStatus.Ok)
        {
            output.Refuse(batch, index, RecordRules.ReasonOf(status), Malformed(status, nameof(GroupFeatures)));
            return;
        }

        if (_memberRules.Check(member) is { } broken)
        {
            output.Refuse(batch, index, broken.Reason, broken.Detail, Encoding.UTF8.GetString(member.MemberId));
            return;
        }

        _log.Add(output, member, ingestTime, batch.Partition, record.Offset);
    }

    /// <summary>Takes the frame off a record and brings its body into the reader's schema.</summary>
    private Fault? Open(Record record, IWriterSchemas schemas, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (!record.HasValue)
        {
            return new Fault(DeadLetterReason.NullValue, "the value is null; a record must have one");
        }

        if (record.Value.Length > _options.MaxRecordBytes)
        {
            return new Fault(DeadLetterReason.TooLarge, $"the value has {record.Value.Length} bytes; at most {_options.MaxRecordBytes} are allowed");
        }

        if (!ConfluentFraming.TryRead(record.Value, out var schemaId, out var written))
        {
            return new Fault(DeadLetterReason.NotFramed, $"the value of {record.Value.Length} bytes does not begin with a zero byte and a schema id of four bytes; write it with a serializer for Confluent's schema registry");
        }

        switch (schemas.TryGet(schemaId, out var schema))
        {
            case WriterSchemaStatus.Ready:
                var status = schema!.Plan.Resolve(written, _scratch, _limits, out body);
                return status == AvroStatus.Ok ? null : new Fault(RecordRules.ReasonOf(status), Malformed(status, $"schema {schemaId}"));
            case WriterSchemaStatus.Unknown:
                return new Fault(DeadLetterReason.UnknownSchema, schemas.Explain(schemaId) ?? $"the registry has no schema with id {schemaId}; register it, or correct the writer");
            case WriterSchemaStatus.Incompatible:
                return new Fault(DeadLetterReason.IncompatibleSchema, schemas.Explain(schemaId) ?? $"what the schema with id {schemaId} writes cannot be read");
            default:
                throw new InvalidOperationException($"The writer schema {schemaId} is not there yet; a readiness gate must hold such records back.");
        }
    }

    private static string Malformed(AvroStatus status, string what) => $"the body is not Avro of {what}: {status}";
}
