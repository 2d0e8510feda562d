namespace Streaming.Monitoring;

/// <summary>Where in Kafka a record stands, and when it became known. Orders records: the greatest origin is the newest.</summary>
/// <param name="KnownTime">When the broker appended the record, in milliseconds since 1970; <see cref="Unstamped"/> where the broker does not stamp append times.</param>
/// <param name="Topic">The full name of its topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset in the partition.</param>
public readonly record struct RecordOrigin(long KnownTime, string Topic, int Partition, long Offset) : IComparable<RecordOrigin>
{
    /// <summary>The known time of a record whose broker does not stamp append times: older than any other.</summary>
    public const long Unstamped = -1;

    /// <summary>Microseconds since 1970 by which a store settles repeated writes of this record's row: the same however often, whenever and by whomever it
    /// is written. Grows with the offset among up to 1,000 records of one millisecond.</summary>
    public long WriteTimestamp => checked(KnownTime * 1000) + (Offset % 1000);

    /// <summary>By known time, then topic, partition and offset.</summary>
    public int CompareTo(RecordOrigin other)
    {
        var order = KnownTime.CompareTo(other.KnownTime);
        if (order == 0)
        {
            order = string.CompareOrdinal(Topic, other.Topic);
        }

        if (order == 0)
        {
            order = Partition.CompareTo(other.Partition);
        }

        return order == 0 ? Offset.CompareTo(other.Offset) : order;
    }

    /// <summary>Whether the left one is older.</summary>
    public static bool operator <(RecordOrigin left, RecordOrigin right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one is older, or they are the same.</summary>
    public static bool operator <=(RecordOrigin left, RecordOrigin right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one is newer.</summary>
    public static bool operator >(RecordOrigin left, RecordOrigin right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one is newer, or they are the same.</summary>
    public static bool operator >=(RecordOrigin left, RecordOrigin right) => left.CompareTo(right) >= 0;
}
