using Streaming.Avro;
using Streaming.Avro.Registry;

namespace Streaming.Benchmarks;

/// <summary>A registry in which every record was written with our own schema.</summary>
internal sealed class OneSchema : IWriterSchemas
{
    private readonly WriterSchema _schema;

    public OneSchema(int id, AvroSchema schema) =>
        _schema = ResolutionPlan.TryCreate(schema, schema, out var plan, out var error) ? new WriterSchema(id, plan!) : throw new InvalidOperationException(error);

    public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
    {
        schema = _schema;
        return WriterSchemaStatus.Ready;
    }

    public string? Explain(int id) => null;
}
