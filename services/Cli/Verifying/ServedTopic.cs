using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Features.Replay;
using Streaming.Kafka;
using Streaming.Pipes;
using Streaming.Registry;

namespace Streaming.Cli.Verifying;

/// <summary>A partition of <c>feature.vectors</c>.</summary>
internal sealed class ServedTopic(KafkaOptions kafka, ISchemaRegistry registry, PartitionRange range, VectorChoice choice) : IServedVectors
{
    private const int AtOnce = 2_000;

    private readonly PartitionLog _log = new(kafka, new TopicNames(kafka.TopicPrefix).Of(Topics.FeatureVectors), range.Partition, range.First, range.End, "streaming-verify");
    private readonly RecordDecoder<FeatureVector> _decoder = new(registry);
    private readonly RecordBatch _batch = new();

    public bool AtEnd => _log.AtEnd;

    public async Task TakeAsync(VectorComparison into, CancellationToken cancellation)
    {
        _batch.Start(0, range.Partition);
        await _log.ReadAsync(AtOnce, _batch, cancellation);
        for (var i = 0; i < _batch.Count; i++)
        {
            var (vector, _) = await _decoder.ReadAsync(_batch[i].HasValue ? _batch[i].Value.ToArray() : null, cancellation);
            if (vector is not null && choice.Takes(vector))
            {
                into.AddServed(vector);
            }
        }
    }

    public void Dispose() => _log.Dispose();
}
