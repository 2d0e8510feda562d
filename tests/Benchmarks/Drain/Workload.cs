using System.Globalization;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Benchmarks.Drain;

/// <summary>
/// The measured work: readings of five metrics, one of each entity every ten seconds, so that a bucket of ten minutes holds 60; at the end one more
/// of each entity, which closes its last bucket. Entities begin all over a bucket's length, so that at any time some of them come to a bucket's end.
/// Every reading follows from its number alone.
/// </summary>
/// <param name="entities">How many entities report.</param>
internal sealed class Workload(int entities)
{
    public const int Partitions = 4;
    public const int BucketsEach = 10;
    public const int ReadingsPerBucket = 60;

    private const int StepsEach = BucketsEach * ReadingsPerBucket;
    private const int WarmUpSteps = 2 * ReadingsPerBucket; // so that buckets have closed and models have scored
    private const int Beginnings = ReadingsPerBucket / 2; // a part of a bucket has two readings at least, of which every feature can be made
    private const long Interval = 10_000;
    private const long Bucket = ReadingsPerBucket * Interval;
    private const long Grace = 60_000;
    private const long Start = 1_767_225_600_000; // 2026-01-01, on a bucket's edge

    private static readonly (string Name, double Centre, double Spread)[] Metrics =
        [("temperature", 38.5, 1), ("activity", 12, 4), ("ph", 6.25, 0.5), ("rumination", 44, 9), ("humidity", 61, 12)];

    private readonly AvroBuffer _buffer = new(256);
    private readonly Dictionary<string, double> _values = [];

    /// <summary>The smallest such work with at least so many readings.</summary>
    public static Workload Of(long readings) => new((int)Math.Max(1, (readings + StepsEach - 1) / StepsEach));

    /// <summary>All readings, the closing ones included.</summary>
    public long Readings => (long)entities * (StepsEach + 1);

    /// <summary>The vectors, and so the predictions, that come of it: one entity in 30 begins with a bucket, all others have a part of one more.</summary>
    public long Vectors => ((long)BucketsEach + 1) * entities - ((entities + Beginnings - 1) / Beginnings);

    /// <summary>How many of the readings, from the first on, are there to warm up with.</summary>
    public long WarmUp => (long)entities * WarmUpSteps;

    /// <summary>How many readings come in one step of ten seconds.</summary>
    public int Step => entities;

    /// <summary>The entity of a reading.</summary>
    public byte[] Key(long number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"entity-{number % entities:D7}"));

    /// <summary>A reading as a device writes it, framed; valid until the next call.</summary>
    public ReadOnlySpan<byte> Value(long number, ReadOnlySpan<byte> key, int schemaId)
    {
        var entity = number % entities;
        var step = number / entities;
        var begin = entity % Beginnings * (ReadingsPerBucket / Beginnings);
        var time = step < StepsEach
            ? Start + ((begin + step) * Interval) + (long)(Share(entity, 0) * Interval)
            : Start + ((begin + StepsEach + ReadingsPerBucket - 1) / ReadingsPerBucket * Bucket) + Grace;

        for (var metric = 0; metric < Metrics.Length; metric++)
        {
            var (name, centre, spread) = Metrics[metric];
            _values[name] = Math.Round(centre + (spread * ((2 * Share(number, metric + 1)) - 1)), 3);
        }

        _buffer.Reset();
        ConfluentFraming.Write(_buffer, schemaId);
        AvroCodec.Append(_buffer, new SensorReading { EntityId = Encoding.UTF8.GetString(key), EventTime = time, Metrics = _values, DeviceId = "bolus", Sequence = step });
        return _buffer.WrittenSpan;
    }

    /// <summary>A number from 0 to 1 that follows from its place.</summary>
    private static double Share(long number, int salt) => (Checksum.Mix((ulong)number * 31 + (ulong)salt) >> 11) * (1.0 / (1UL << 53));
}
