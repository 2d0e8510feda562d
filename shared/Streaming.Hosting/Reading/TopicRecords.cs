using Streaming.Pipes;
using System.Runtime.CompilerServices;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Hosting;

/// <summary>Reads everything that a topic holds, outside any group: for topics that are read at a start, such as <c>feature.sets</c> and <c>pipeline.jobs</c>.</summary>
/// <param name="kafka">How to reach Kafka.</param>
/// <param name="registry">The schema registry.</param>
/// <param name="client">The name under which the brokers know the reader.</param>
public sealed class TopicRecords(KafkaOptions kafka, ISchemaRegistry registry, string client)
{
    private const int AtOnce = 5_000;

    /// <summary>Every committed record that there is when this is called, by partition and offset; none where the topic does not exist. A record that is none
    /// of the type is left out.</summary>
    /// <param name="topic">The topic, in full.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="awaitsOpen">Whether transactions that are open are waited for, so that what was committed behind them is read too.</param>
    /// <exception cref="WorkerException">The topic cannot be read.</exception>
    /// <exception cref="SchemaRegistryException">The registry does not answer.</exception>
    public async IAsyncEnumerable<TopicRecord<TRecord>> ReadAsync<TRecord>(string topic, [EnumeratorCancellation] CancellationToken cancellation, bool awaitsOpen = false)
        where TRecord : class, IAvroRecord<TRecord>
    {
        using var admin = new TopicAdmin(kafka);
        var ranges = await admin.RangesAsync(topic, cancellation);
        var ends = awaitsOpen ? await admin.WrittenEndsAsync(topic, cancellation) : [.. ranges.Select(range => range.End)];
        var decoder = new RecordDecoder<TRecord>(registry);
        var batch = new RecordBatch();
        foreach (var range in ranges)
        {
            using var log = new PartitionLog(kafka, topic, range.Partition, range.First, ends[range.Partition], client);
            while (!log.AtEnd)
            {
                batch.Start(0, range.Partition);
                await log.ReadAsync(AtOnce, batch, cancellation);
                for (var i = 0; i < batch.Count; i++)
                {
                    var (offset, appended, value) = (batch[i].Offset, batch[i].AppendTime, batch[i].HasValue ? batch[i].Value.ToArray() : null);
                    if ((await decoder.ReadAsync(value, cancellation)).Record is { } record)
                    {
                        yield return new TopicRecord<TRecord>(record, range.Partition, offset, appended);
                    }
                }
            }
        }
    }
}

/// <summary>A record of a topic.</summary>
/// <param name="Value">What it says.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="AppendTime">When the broker appended it, in milliseconds since 1970; -1 where it does not say.</param>
public sealed record TopicRecord<TRecord>(TRecord Value, int Partition, long Offset, long AppendTime);
