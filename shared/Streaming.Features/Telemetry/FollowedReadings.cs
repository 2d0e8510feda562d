using System.Diagnostics;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Features.Telemetry;

/// <summary>
/// The readings that are being followed, by entity and event time, until their vectors have left. Bounded: the newest push out the oldest. A reading
/// stays after its vector has left, for the vectors of other feature sets and for revisions.
/// </summary>
internal sealed class FollowedReadings
{
    /// <summary>The most that are remembered.</summary>
    public const int Most = 1024;

    private readonly Dictionary<string, List<Followed>> _byEntity = new(StringComparer.Ordinal);
    private readonly Queue<(string Entity, Followed Reading)> _inOrder = new();
    private readonly char[] _name = new char[4096];

    public int Count => _inOrder.Count;

    /// <summary>Remembers a record of <c>sensor.readings</c>, where it is a reading at home in its partition.</summary>
    public void Remember(int partition, Record record, in ActivityContext context)
    {
        if (!ConfluentFraming.TryRead(record.Value, out _, out var body))
        {
            return;
        }

        var reader = new AvroReader(body, AvroLimits.Trusted);
        SensorLog.TryReadBranch(ref reader, out var branch);
        if (branch != SensorLogBranch.IngestedReading)
        {
            return;
        }

        IngestedReadingView.TryRead(ref reader, out var reading);
        if (reader.End() != AvroStatus.Ok || reading.Copy || NameOf(reading.Reading.EntityId) is not { Length: > 0 } name)
        {
            return;
        }

        var entity = name.ToString();
        if (!_byEntity.TryGetValue(entity, out var followed))
        {
            _byEntity.Add(entity, followed = []);
        }

        var added = new Followed(partition, record.Offset, reading.Reading.EventTime, context);
        followed.RemoveAll(other => other.Partition == added.Partition && other.Offset == added.Offset); // an undone transaction left it
        followed.Add(added);
        _inOrder.Enqueue((entity, added));
        while (_inOrder.Count > Most)
        {
            Forget(_inOrder.Dequeue());
        }
    }

    /// <summary>The contexts of those that are in a vector, the newest first.</summary>
    /// <param name="partition">The partition of <c>sensor.readings</c> that it came of.</param>
    /// <param name="key">The vector's entity.</param>
    /// <param name="value">The vector, framed.</param>
    /// <param name="into">Takes as many as there is room for.</param>
    public int Find(int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<ActivityContext> into)
    {
        if (!_byEntity.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(NameOf(key), out var followed)
            || !ConfluentFraming.TryRead(value, out _, out var body)
            || FeatureVectorView.TryRead(body, AvroLimits.Trusted, out var vector) != AvroStatus.Ok)
        {
            return 0;
        }

        var count = 0;
        for (var i = followed.Count - 1; i >= 0 && count < into.Length; i--)
        {
            var reading = followed[i];
            if (reading.Partition == partition && reading.Offset <= vector.LastOffset && reading.EventTime >= vector.BucketStart && reading.EventTime < vector.BucketEnd)
            {
                into[count++] = reading.Context;
            }
        }

        return count;
    }

    /// <summary>Forgets those of a partition.</summary>
    public void Close(int partition)
    {
        for (var left = _inOrder.Count; left > 0; left--)
        {
            var one = _inOrder.Dequeue();
            if (one.Reading.Partition == partition)
            {
                Forget(one);
            }
            else
            {
                _inOrder.Enqueue(one);
            }
        }
    }

    private void Forget((string Entity, Followed Reading) one)
    {
        if (_byEntity.TryGetValue(one.Entity, out var followed) && followed.Remove(one.Reading) && followed.Count == 0)
        {
            _byEntity.Remove(one.Entity);
        }
    }

    private ReadOnlySpan<char> NameOf(ReadOnlySpan<byte> entity) =>
        System.Text.Encoding.UTF8.TryGetChars(entity, _name, out var length) ? _name.AsSpan(0, length) : default;

    private sealed record Followed(int Partition, long Offset, long EventTime, ActivityContext Context);
}
