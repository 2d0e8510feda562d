using System.Buffers.Binary;

namespace Cassandra;

/// <summary>A UUID of version 1, which has a time.</summary>
public readonly struct TimeUuid : IEquatable<TimeUuid>, IComparable<TimeUuid>
{
    private const int TicksOffsetBytes = 8;
    private static readonly DateTimeOffset Gregorian = new(1582, 10, 15, 0, 0, 0, TimeSpan.Zero);
    private readonly Guid _value;

    private TimeUuid(Guid value) => _value = value;

    /// <summary>The UUID as it is.</summary>
    public static implicit operator Guid(TimeUuid value) => value._value;

    /// <summary>A UUID that is known to be of version 1.</summary>
    public static implicit operator TimeUuid(Guid value) => new(value);

    /// <summary>Whether two are the same.</summary>
    public static bool operator ==(TimeUuid left, TimeUuid right) => left.Equals(right);

    /// <summary>Whether two are different.</summary>
    public static bool operator !=(TimeUuid left, TimeUuid right) => !left.Equals(right);

    /// <summary>Whether one is earlier.</summary>
    public static bool operator <(TimeUuid left, TimeUuid right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is later.</summary>
    public static bool operator >(TimeUuid left, TimeUuid right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not later.</summary>
    public static bool operator <=(TimeUuid left, TimeUuid right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not earlier.</summary>
    public static bool operator >=(TimeUuid left, TimeUuid right) => left.CompareTo(right) >= 0;

    /// <summary>A new one with the given time and a random rest.</summary>
    public static TimeUuid NewId(DateTimeOffset date)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[TicksOffsetBytes..]);
        var ticks = (date - Gregorian).Ticks;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)ticks);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(ticks >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(((ticks >> 48) & 0x0FFF) | 0x1000));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(new Guid(bytes, bigEndian: true));
    }

    /// <summary>From its text.</summary>
    public static TimeUuid Parse(string value) => new(Guid.Parse(value));

    /// <summary>The UUID as it is.</summary>
    public Guid ToGuid() => _value;

    /// <summary>Its time, to 100 ns.</summary>
    public DateTimeOffset GetDate() => Gregorian.AddTicks(Ticks());

    /// <summary>By time, then by the rest.</summary>
    public int CompareTo(TimeUuid other)
    {
        var byTime = Ticks().CompareTo(other.Ticks());
        return byTime != 0 ? byTime : _value.CompareTo(other._value);
    }

    /// <inheritdoc/>
    public bool Equals(TimeUuid other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TimeUuid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _value.ToString();

    private long Ticks()
    {
        Span<byte> bytes = stackalloc byte[16];
        _value.TryWriteBytes(bytes, bigEndian: true, out _);
        return ((long)(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF) << 48)
            | ((long)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) << 32)
            | BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
