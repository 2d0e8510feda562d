using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>
/// A metric of a group over time. What is older than <see cref="Kept"/> beside the newest reading is forgotten, the last such reading excepted. Never
/// written below what it held, so that the values before serve an undo.
/// </summary>
internal readonly struct GroupSeries
{
    /// <summary>How far back buckets may look, in milliseconds of event time: 30 days.</summary>
    public const long Kept = 30L * 86_400_000;

    /// <summary>Readings beyond this number are forgotten too, the oldest first.</summary>
    public const int MaxReadings = 100_000;

    private readonly (long Time, double Value)[]? _items;
    private readonly int _first;
    private readonly int _end;

    private GroupSeries((long Time, double Value)[] items, int first, int end) => (_items, _first, _end) = (items, first, end);

    private ReadOnlySpan<(long Time, double Value)> Items => _items.AsSpan(_first, _end - _first);

    /// <summary>The series with a reading more. Of two of one time the later arrival is behind.</summary>
    public GroupSeries With(long time, double value)
    {
        var items = Items;
        var at = CountUntil(items, time + 1);
        var first = Math.Max(0, items.Length + 1 - MaxReadings);
        if (at == items.Length)
        {
            first = Math.Max(first, CountUntil(items, time - Kept) - 1);
            if (_items is not null && _end < _items.Length)
            {
                _items[_end] = (time, value);
                return new GroupSeries(_items, _first + first, _end + 1);
            }
        }

        var next = new (long, double)[Math.Max(4, items.Length * 2)];
        items[..at].CopyTo(next);
        next[at] = (time, value);
        items[at..].CopyTo(next.AsSpan(at + 1));
        return new GroupSeries(next, first, items.Length + 1);
    }

    /// <summary>The last reading before a time; null where there is none.</summary>
    public (long Time, double Value)? LastBefore(long end) => CountUntil(Items, end) is var count and > 0 ? Items[count - 1] : null;

    /// <summary>Writes it.</summary>
    public void Write(ref AvroWriter into)
    {
        into.WriteInt(Items.Length);
        foreach (var (time, value) in Items)
        {
            into.WriteLong(time);
            into.WriteDouble(value);
        }
    }

    /// <summary>Reads it.</summary>
    public static GroupSeries Read(ref AvroReader from)
    {
        var count = Math.Clamp(from.ReadInt(), 0, from.Remaining);
        var items = new (long, double)[count];
        for (var i = 0; i < count; i++)
        {
            var time = from.ReadLong();
            items[i] = (time, from.ReadDouble());
        }

        return new GroupSeries(items, 0, count);
    }

    private static int CountUntil(ReadOnlySpan<(long Time, double Value)> items, long end)
    {
        var (low, high) = (0, items.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = items[middle].Time < end ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
