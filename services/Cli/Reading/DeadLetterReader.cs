using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Cli.Reading;

/// <summary>Reads <c>dead.letters</c>, whatever version of the schema each was written with.</summary>
internal sealed class DeadLetterReader(KafkaOptions kafka, ISchemaRegistry registry)
{
    private readonly Dictionary<int, ResolutionPlan> _plans = [];
    private readonly AvroBuffer _scratch = new();

    /// <exception cref="WorkerException">The topic cannot be read, or holds a record that is no dead letter.</exception>
    public async IAsyncEnumerable<(DeadLetter Letter, long RefusedAt)> ReadAsync(
        DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
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
            if (!ConfluentFraming.TryRead(record.Message.Value, out var id, out _))
            {
                throw new WorkerException(FailureKind.Configuration, $"{topic}/{record.Partition.Value}/{record.Offset.Value} is no dead letter: it is not framed.");
            }

            var letter = Decode(await PlanAsync(id, cancellation), record.Message.Value)
                ?? throw new WorkerException(FailureKind.Configuration, $"{topic}/{record.Partition.Value}/{record.Offset.Value} is no dead letter: it does not follow schema {id}.");
            yield return (letter, record.Message.Timestamp.UnixTimestampMs);
        }
    }

    private DeadLetter? Decode(ResolutionPlan plan, byte[] value) =>
        plan.Resolve(value.AsSpan(ConfluentFraming.HeaderLength), _scratch, AvroLimits.Default, out var body) == AvroStatus.Ok
        && AvroCodec.TryDecode<DeadLetter>(body, AvroLimits.Default, out var letter) == AvroStatus.Ok ? letter : null;

    private async Task<ResolutionPlan> PlanAsync(int id, CancellationToken cancellation)
    {
        if (_plans.TryGetValue(id, out var known))
        {
            return known;
        }

        var schema = await registry.FindByIdAsync(id, cancellation);
        return schema is not null && AvroSchema.TryParse(schema.Text, out var writer, out _) && ResolutionPlan.TryCreate(writer!, DeadLetter.Schema, out var plan, out _)
            ? _plans[id] = plan!
            : throw new WorkerException(FailureKind.Configuration, $"A dead letter names schema {id}, which the registry does not have or which is no dead letter's.");
    }
}
