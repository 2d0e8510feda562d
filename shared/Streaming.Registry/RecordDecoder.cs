using Streaming.Avro;
using Streaming.Avro.Registry;

namespace Streaming.Registry;

/// <summary>Reads records of one type, whatever version of the schema each was written with. For topics that are read once; asks the registry as it goes.</summary>
/// <param name="registry">The registry.</param>
public sealed class RecordDecoder<TRecord>(ISchemaRegistry registry)
    where TRecord : class, IAvroRecord<TRecord>
{
    private readonly Dictionary<int, ResolutionPlan?> _plans = [];
    private readonly AvroBuffer _scratch = new();

    /// <summary>Reads a record's value.</summary>
    /// <param name="value">The value, framed; null for none.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <returns>The record, or why it is none: never both.</returns>
    /// <exception cref="SchemaRegistryException">The registry does not answer.</exception>
    public async Task<(TRecord? Record, string? Fault)> ReadAsync(byte[]? value, CancellationToken cancellation)
    {
        if (value is null)
        {
            return (null, "it has no value");
        }

        if (!ConfluentFraming.TryRead(value, out var id, out _))
        {
            return (null, "it does not begin with a zero byte and a schema id, as every record of the chain does");
        }

        if (await PlanAsync(id, cancellation).ConfigureAwait(false) is not { } plan)
        {
            return (null, $"it names schema {id}, which the registry does not have or which is not of {typeof(TRecord).Name}");
        }

        return plan.Resolve(value.AsSpan(ConfluentFraming.HeaderLength), _scratch, AvroLimits.Default, out var body) == AvroStatus.Ok
            && AvroCodec.TryDecode<TRecord>(body, AvroLimits.Default, out var record) == AvroStatus.Ok
            ? (record, null)
            : (null, $"its bytes do not follow schema {id}, which they name");
    }

    private async Task<ResolutionPlan?> PlanAsync(int id, CancellationToken cancellation)
    {
        if (!_plans.TryGetValue(id, out var plan))
        {
            var schema = await registry.FindByIdAsync(id, cancellation).ConfigureAwait(false);
            plan = schema is not null && AvroSchema.TryParse(schema.Text, out var writer, out _) && ResolutionPlan.TryCreate(writer!, TRecord.Schema, out var found, out _) ? found : null;
            _plans[id] = plan;
        }

        return plan;
    }
}
