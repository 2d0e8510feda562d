using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Sink;

/// <summary>Makes the records of one topic to rows.</summary>
internal abstract class RecordReader
{
    /// <summary>Reads a record's value.</summary>
    /// <param name="value">The value, framed.</param>
    /// <param name="origin">Where the record stands.</param>
    /// <param name="row">The row; null where the value could not be read.</param>
    /// <returns>Why the record cannot be kept; null where it can.</returns>
    public abstract Fault? Read(ReadOnlySpan<byte> value, RecordOrigin origin, out HistoryRow? row);

    /// <summary>The reader of a topic's records.</summary>
    /// <exception cref="ArgumentException">The history keeps no such records.</exception>
    public static RecordReader Of(MonitoringInput input) => input.Topic.Record switch
    {
        nameof(FeatureVector) => new RecordReader<FeatureVector>(input.Schemas, RecordRows.Of),
        nameof(Prediction) => new RecordReader<Prediction>(input.Schemas, RecordRows.Of),
        nameof(Label) => new RecordReader<Label>(input.Schemas, RecordRows.Of),
        nameof(DeploymentEvent) => new RecordReader<DeploymentEvent>(input.Schemas, RecordRows.Of),
        nameof(JobEvent) => new RecordReader<JobEvent>(input.Schemas, RecordRows.Of),
        nameof(FeatureSet) => new RecordReader<FeatureSet>(input.Schemas, RecordRows.Of),
        _ => throw new ArgumentException($"'{input.Topic.Name}' holds {input.Topic.Record}, of which no history is kept; take it from the sink's inputs.", nameof(input)),
    };
}

/// <summary>Makes records of one type to rows, whatever schema they were written with.</summary>
internal sealed class RecordReader<TRecord>(IWriterSchemas schemas, Func<TRecord, RecordOrigin, HistoryRow> toRow) : RecordReader
    where TRecord : class, IAvroRecord<TRecord>
{
    private readonly AvroBuffer _scratch = new();

    public override Fault? Read(ReadOnlySpan<byte> value, RecordOrigin origin, out HistoryRow? row)
    {
        row = null;
        if (!ConfluentFraming.TryRead(value, out var id, out var body))
        {
            return new Fault(DeadLetterReason.NotFramed, $"the value ({value.Length} bytes) must begin with a zero byte and a schema id of four bytes");
        }

        if (Plan(id, out var plan) is { } fault)
        {
            return fault;
        }

        var status = plan!.Resolve(body, _scratch, AvroLimits.Default, out var resolved);
        TRecord? record = null;
        if (status == AvroStatus.Ok)
        {
            status = AvroCodec.TryDecode(resolved, AvroLimits.Default, out record);
        }

        if (record is null)
        {
            return new Fault(RecordRules.ReasonOf(status), $"the body of {body.Length} bytes is not a {typeof(TRecord).Name}: {status}");
        }

        row = toRow(record, origin);
        return RowRules.Check(row);
    }

    private Fault? Plan(int id, out ResolutionPlan? plan)
    {
        var status = schemas.TryGet(id, out var schema);
        plan = schema?.Plan;
        return status switch
        {
            WriterSchemaStatus.Ready => null,
            WriterSchemaStatus.Unknown => new Fault(DeadLetterReason.UnknownSchema, schemas.Explain(id) ?? $"the registry has no schema with id {id}"),
            WriterSchemaStatus.Incompatible => new Fault(DeadLetterReason.IncompatibleSchema, schemas.Explain(id) ?? $"the schema with id {id} cannot be read as {typeof(TRecord).Name}"),
            _ => throw new InvalidOperationException($"schema {id} is still being fetched; bind the filter with a gate that holds its records back until then."),
        };
    }
}
