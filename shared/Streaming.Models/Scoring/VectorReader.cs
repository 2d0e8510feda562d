using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Models.Scoring;

/// <summary>Reads records as feature vectors, in place where they were written with our own schema. For one thread.</summary>
internal sealed class VectorReader(IWriterSchemas schemas)
{
    private static readonly AvroLimits Limits = AvroLimits.Default;

    private readonly AvroBuffer _scratch = new(1024);

    /// <summary>Reads a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="vector">The vector, until the next one is read.</param>
    /// <param name="reason">The rule that the record breaks, where it is none.</param>
    /// <returns>Null where it is a vector; else why it is not.</returns>
    /// <exception cref="InvalidOperationException">The writer's schema is not there yet: the record should have been held back.</exception>
    public string? TryRead(Record record, out FeatureVectorView vector, out DeadLetterReason reason)
    {
        vector = default;
        reason = default;
        if (!record.HasValue)
        {
            reason = DeadLetterReason.NullValue;
            return "the record has no value; it must be a feature vector";
        }

        if (!ConfluentFraming.TryRead(record.Value, out var schemaId, out var body))
        {
            reason = DeadLetterReason.NotFramed;
            return "the value does not begin with a zero byte and a schema id; write it with Confluent's framing";
        }

        switch (schemas.TryGet(schemaId, out var schema))
        {
            case WriterSchemaStatus.Unknown:
                reason = DeadLetterReason.UnknownSchema;
                return schemas.Explain(schemaId) ?? $"the registry has no schema {schemaId}";
            case WriterSchemaStatus.Incompatible:
                reason = DeadLetterReason.IncompatibleSchema;
                return schemas.Explain(schemaId) ?? $"schema {schemaId} cannot be read as a feature vector";
            case WriterSchemaStatus.Fetching:
                throw new InvalidOperationException($"schema {schemaId} is still being fetched; bind a readiness gate, which holds such records back");
            default:
                break;
        }

        var status = schema!.Plan.Resolve(body, _scratch, Limits, out var resolved);
        if (status == AvroStatus.Ok)
        {
            status = FeatureVectorView.TryRead(resolved, Limits, out vector);
        }

        if (status == AvroStatus.Ok)
        {
            return Check(vector, out reason);
        }

        reason = RecordRules.ReasonOf(status);
        return $"the body is not a feature vector of schema {schemaId}: {status}";
    }

    private static string? Check(in FeatureVectorView vector, out DeadLetterReason reason)
    {
        reason = DeadLetterReason.InvalidEntity;
        if (RecordRules.OfEntity(vector.EntityId.Length) is { } nobody)
        {
            return nobody;
        }

        reason = DeadLetterReason.InvalidTime;
        return RecordRules.OfBucket(vector.BucketStart, vector.BucketEnd);
    }
}
