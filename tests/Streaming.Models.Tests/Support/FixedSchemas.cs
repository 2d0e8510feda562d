using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;

namespace Streaming.Models.Tests.Support;

/// <summary>Writer schemas that are known from the start.</summary>
internal sealed class FixedSchemas : IWriterSchemas
{
    public const int Own = 1;
    public const int Older = 2;
    public const int Unknown = 3;
    public const int Incompatible = 4;
    public const int Fetching = 5;

    /// <summary>Vectors before their missing features were told apart, with their fields in another order.</summary>
    public const string OlderText = """
        {"type":"record","name":"FeatureVector","namespace":"streaming","fields":[
          {"name":"bucket_start","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"entity_id","type":"string"},
          {"name":"bucket_end","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"feature_set","type":"string"},
          {"name":"feature_set_version","type":"int"},
          {"name":"feature_set_hash","type":"string"},
          {"name":"revision","type":"int"},
          {"name":"features","type":{"type":"array","items":"double"}},
          {"name":"reading_count","type":"int"},
          {"name":"late_count","type":"int"},
          {"name":"completeness","type":"double"},
          {"name":"close_reason","type":{"type":"enum","name":"CloseReason","symbols":["complete","watermark","idle","revision","backfill"]}},
          {"name":"input_partition","type":"int"},
          {"name":"first_offset","type":"long"},
          {"name":"last_offset","type":"long"}]}
        """;

    private readonly WriterSchema _own = new(Own, PlanFor(FeatureVector.Schema));
    private readonly WriterSchema _older = new(Older, PlanFor(AvroSchema.Parse(OlderText)));

    public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
    {
        schema = id switch
        {
            Own => _own,
            Older => _older,
            _ => null,
        };
        return id switch
        {
            Own or Older => WriterSchemaStatus.Ready,
            Incompatible => WriterSchemaStatus.Incompatible,
            Fetching => WriterSchemaStatus.Fetching,
            _ => WriterSchemaStatus.Unknown,
        };
    }

    public string? Explain(int id) => id == Incompatible ? "it has no field entity_id" : null;

    private static ResolutionPlan PlanFor(AvroSchema writer)
    {
        Assert.True(ResolutionPlan.TryCreate(writer, FeatureVector.Schema, out var plan, out var error), error);
        return plan!;
    }
}
