using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Benchmarks.Features;

/// <summary>
/// The same vectors as one would write them down first: objects, dictionaries by name, lists of values, everything computed when a bucket closes.
/// It has no undo, no checkpoints, no revisions and no silence: less than what it is compared with.
/// </summary>
internal sealed class PlainAssembly(long bucketLength, long grace)
{
    private readonly Dictionary<string, Entity> _entities = [];

    /// <summary>The vectors of buckets that were closed, by entity and bucket start.</summary>
    public Dictionary<(string Entity, long Start), List<double>> Vectors { get; } = [];

    public static SensorLog Decode(ReadOnlySpan<byte> value)
    {
        var status = AvroCodec.TryDecode<SensorLog>(value[ConfluentFraming.HeaderLength..], AvroLimits.Default, out var entry);
        return status == AvroStatus.Ok ? entry! : throw new InvalidOperationException($"The log cannot be read: {status}.");
    }

    public void Take(RecordBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (Decode(batch[i].Value).IngestedReading is { } ingested)
            {
                Take(ingested.Reading);
            }
        }
    }

    private void Take(SensorReading reading)
    {
        if (!_entities.TryGetValue(reading.EntityId, out var entity))
        {
            _entities.Add(reading.EntityId, entity = new Entity());
        }

        var start = reading.EventTime - (reading.EventTime % bucketLength);
        if (!entity.Buckets.TryGetValue(start, out var bucket))
        {
            if (start + bucketLength + grace <= entity.Watermark)
            {
                return;
            }

            entity.Buckets.Add(start, bucket = new Bucket());
        }

        if (!bucket.Seen.Add($"{reading.DeviceId}/{reading.EventTime}/{reading.Sequence}"))
        {
            return;
        }

        foreach (var (name, value) in reading.Metrics)
        {
            if (!bucket.Values.TryGetValue(name, out var values))
            {
                bucket.Values.Add(name, values = []);
            }

            values.Add((reading.EventTime, value));
        }

        entity.Watermark = Math.Max(entity.Watermark, reading.EventTime);
        foreach (var closed in entity.Buckets.Keys.Where(key => key + bucketLength + grace <= entity.Watermark).ToList())
        {
            Vectors.Add((reading.EntityId, closed), Compute(entity.Buckets[closed]));
            entity.Buckets.Remove(closed);
        }
    }

    private static List<double> Compute(Bucket bucket)
    {
        var vector = new List<double>();
        foreach (var metric in HerdLog.Metrics)
        {
            var values = bucket.Values[metric].OrderBy(value => value.Time).Select(value => value.Value).ToList();
            var mean = values.Average();
            vector.AddRange([mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values.Min(), values.Max(), values[^1]]);
        }

        return vector;
    }

    private sealed class Entity
    {
        public Dictionary<long, Bucket> Buckets { get; } = [];

        public long Watermark { get; set; } = long.MinValue;
    }

    private sealed class Bucket
    {
        public Dictionary<string, List<(long Time, double Value)>> Values { get; } = [];

        public HashSet<string> Seen { get; } = [];
    }
}
