using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Benchmarks.Features;

/// <summary>
/// A log of a herd: every ten seconds each animal sends five metrics, the animals in an order that is new each time. One reading in twenty is older
/// than one before it, one in a hundred is sent twice. The same seed gives the same log.
/// </summary>
internal sealed class HerdLog
{
    public const long Start = 1_700_000_400_000;
    public const int StepMilliseconds = 10_000;

    public static readonly string[] Metrics = ["temperature", "activity", "ph", "rumination", "humidity"];

    // An empty map, as Avro writes it.
    private static readonly byte[] NoTags = [0];

    private readonly AvroBuffer _value = new();
    private readonly AvroBuffer _metrics = new();
    private readonly AvroBuffer _body = new();
    private readonly byte[][] _names;
    private readonly byte[] _device = "bolus"u8.ToArray();
    private readonly byte[][] _metricNames = [.. Metrics.Select(Encoding.UTF8.GetBytes)];
    private readonly int[] _order;
    private readonly bool _hasSequence;
    private Random _random = new(0);
    private long _offset;
    private int _next;

    public HerdLog(int entities, bool hasSequence = true)
    {
        _names = [.. Enumerable.Range(0, entities).Select(i => Encoding.UTF8.GetBytes($"cow-{i:D7}"))];
        _order = [.. Enumerable.Range(0, entities)];
        _next = entities;
        _hasSequence = hasSequence;
    }

    /// <summary>The round under way, from 0; -1 before the first record.</summary>
    public int Round { get; private set; } = -1;

    /// <summary>Fills a batch with the next records, the last of them a tick.</summary>
    public void Fill(RecordBatch batch, int count)
    {
        batch.Start(0, 0);
        for (var i = 1; i < count; i++)
        {
            if (_next == _order.Length)
            {
                Round++;
                _next = 0;
                _random = new Random(Round + 1);
                _random.Shuffle(_order);
            }

            var entity = _order[_next++];
            Write(entity, _random.Next(20) == 0 && Round > 2 ? Round - 2 : Round);
            batch.Add(_offset++, -1, _names[entity], hasKey: true, _value.WrittenSpan, hasValue: true);
            if (_random.Next(100) == 0 && i + 1 < count)
            {
                i++;
                batch.Add(_offset++, -1, _names[entity], hasKey: true, _value.WrittenSpan, hasValue: true);
            }
        }

        _value.Reset();
        var writer = new AvroWriter(_value);
        ConfluentFraming.Write(ref writer, 1);
        SensorLog.Encode(ref writer, new SensorLog(new Tick { SourcePartitions = 1, Passed = [new PassedUntil { Partition = 0, IngestTime = TimeOf(Round) }] }));
        batch.Add(_offset++, -1, default, hasKey: false, _value.WrittenSpan, hasValue: true);
    }

    private static long TimeOf(int round) => Start + ((long)round * StepMilliseconds);

    private void Write(int entity, int round)
    {
        _metrics.Reset();
        var writer = new AvroWriter(_metrics);
        writer.WriteBlock(_metricNames.Length);
        for (var i = 0; i < _metricNames.Length; i++)
        {
            writer.WriteBytes(_metricNames[i]);
            writer.WriteDouble((10 * (i + 1)) + (_random.Next(4096) / 1024.0));
        }

        writer.WriteEnd();
        _body.Reset();
        writer = new AvroWriter(_body);

        // One that comes late was measured half a step beside the one that came in time.
        var time = TimeOf(round) + (entity % 1000) + (round < Round ? StepMilliseconds / 2 : 0);
        SensorReading.EncodeFields(ref writer, _names[entity], time, _metrics.WrittenSpan, Scope.Entity, true, _device, _hasSequence ? Round : null, NoTags);
        _value.Reset();
        writer = new AvroWriter(_value);
        ConfluentFraming.Write(ref writer, 1);
        SensorLog.WriteBranch(ref writer, SensorLogBranch.IngestedReading);
        IngestedReading.EncodeFields(ref writer, TimeOf(Round), 0, _offset, false, _body.WrittenSpan);
    }
}
