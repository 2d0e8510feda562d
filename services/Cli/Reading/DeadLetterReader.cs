using System.Globalization;
using System.Runtime.CompilerServices;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Cli.Reading;

/// <summary>Reads <c>dead.letters</c>, whatever version of the schema each was written with. What is no dead letter is told as such, and does not stop it.</summary>
internal sealed class DeadLetterReader(KafkaOptions kafka, ISchemaRegistry registry)
{
    private readonly Dictionary<int, ResolutionPlan?> _plans = [];
    private readonly AvroBuffer _scratch = new();

    /// <exception cref="WorkerException">The topic cannot be read.</exception>
    /// <exception cref="SchemaRegistryException">The registry does not answer.</exception>
    public async IAsyncEnumerable<StoredLetter> ReadAsync(DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var topic = new TopicNames(kafka.TopicPrefix).Of(Topics.DeadLetters);
        using var admin = new TopicAdmin(kafka);
        var ranges = await admin.RangesAsync(topic, cancellation);
        if (ranges.Count == 0)
        {
            throw new WorkerException(FailureKind.Configuration, $"{topic} does not exist; 'streaming init' makes it.");
        }

        foreach (var record in new TopicReader(kafka).Read(topic, ranges, since, cancellation))
        {
            var (letter, fault) = await ReadAsync(record.Message.Value, cancellation);
            var place = string.Create(CultureInfo.InvariantCulture, $"{topic}/{record.Partition.Value}/{record.Offset.Value}");
            yield return new StoredLetter(place, record.Message.Timestamp.UnixTimestampMs, record.Message.Key, record.Message.Value, letter, fault);
        }
    }

    private async Task<(DeadLetter? Letter, string? Fault)> ReadAsync(byte[]? value, CancellationToken cancellation)
    {
        if (value is null)
        {
            return (null, "it has no value");
        }

        if (!ConfluentFraming.TryRead(value, out var id, out _))
        {
            return (null, "it does not begin with a zero byte and a schema id, as every record of the chain does");
        }

        if (await PlanAsync(id, cancellation) is not { } plan)
        {
            return (null, $"it names schema {id}, which the registry does not have or which is no dead letter's");
        }

        return plan.Resolve(value.AsSpan(ConfluentFraming.HeaderLength), _scratch, AvroLimits.Default, out var body) == AvroStatus.Ok
            && AvroCodec.TryDecode<DeadLetter>(body, AvroLimits.Default, out var letter) == AvroStatus.Ok
            ? (letter, null)
            : (null, $"its bytes do not follow schema {id}, which they name");
    }

    private async Task<ResolutionPlan?> PlanAsync(int id, CancellationToken cancellation)
    {
        if (!_plans.TryGetValue(id, out var plan))
        {
            var schema = await registry.FindByIdAsync(id, cancellation);
            plan = schema is not null && AvroSchema.TryParse(schema.Text, out var writer, out _) && ResolutionPlan.TryCreate(writer!, DeadLetter.Schema, out var found, out _) ? found : null;
            _plans[id] = plan;
        }

        return plan;
    }
}
