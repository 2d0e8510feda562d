using System.Globalization;
using System.Runtime.CompilerServices;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Cli.Reading;

/// <summary>Reads <c>dead.letters</c>, whatever version of the schema each was written with. What is no dead letter is told as such, and does not stop it.</summary>
internal sealed class DeadLetterReader(KafkaOptions kafka, ISchemaRegistry registry)
{
    private readonly RecordDecoder<DeadLetter> _decoder = new(registry);

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
            var (letter, fault) = await _decoder.ReadAsync(record.Message.Value, cancellation);
            var place = string.Create(CultureInfo.InvariantCulture, $"{topic}/{record.Partition.Value}/{record.Offset.Value}");
            yield return new StoredLetter(place, record.Message.Timestamp.UnixTimestampMs, record.Message.Key, record.Message.Value, letter, fault);
        }
    }
}
