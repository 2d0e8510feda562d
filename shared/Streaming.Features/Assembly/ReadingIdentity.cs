using System.Buffers.Binary;
using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>
/// What makes two readings of an entity the same one: device, event time and sequence; without a sequence, every field. As bytes that are equal
/// exactly when the readings are the same.
/// </summary>
internal static class ReadingIdentity
{
    private const byte BySequence = 1;
    private const byte ByFields = 2;
    private const byte ByNamedFields = 3;
    private const int DeviceAt = 1 + sizeof(long);

    /// <summary>Writes the identity of a reading that has a sequence.</summary>
    public static void WriteBySequence(IdentityBuffer into, scoped in SensorReadingView reading)
    {
        Begin(into, BySequence, reading);
        into.WriteNumber(Numbers.Zigzag(reading.Sequence));
    }

    /// <summary>Writes the identity of a reading whose names are known as a set.</summary>
    public static void WriteByFields(IdentityBuffer into, scoped in SensorReadingView reading, int set, ReadOnlySpan<int> order, ReadOnlySpan<double> values)
    {
        Begin(into, ByFields, reading);
        into.WriteNumber((ulong)set);
        foreach (var position in order)
        {
            into.WriteDouble(values[position]);
        }

        WriteTags(into, reading);
    }

    /// <summary>Writes the identity of a reading of which nothing is known: its names stand in it.</summary>
    public static void WriteByNamedFields(IdentityBuffer into, scoped in SensorReadingView reading, IReadOnlyList<byte[]> names, ReadOnlySpan<int> order, ReadOnlySpan<double> values)
    {
        Begin(into, ByNamedFields, reading);
        into.WriteNumber((ulong)order.Length);
        foreach (var position in order)
        {
            into.WriteBytes(names[position]);
            into.WriteDouble(values[position]);
        }

        WriteTags(into, reading);
    }

    /// <summary>Gives an identity the form that means the same in every process: names stand in it.</summary>
    public static ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> identity, MetricShapes shapes, IdentityBuffer scratch)
    {
        if (identity[0] != ByFields)
        {
            return identity;
        }

        var rest = Fields(identity);
        var head = identity[1..^rest.Length];
        var names = shapes.Names((int)Numbers.Read(ref rest));
        scratch.Clear();
        scratch.WriteByte(ByNamedFields);
        scratch.WriteRaw(head);
        scratch.WriteNumber((ulong)names.Count);
        foreach (var name in names)
        {
            scratch.WriteBytes(name);
            scratch.WriteRaw(rest[..sizeof(double)]);
            rest = rest[sizeof(double)..];
        }

        scratch.WriteRaw(rest);
        return scratch.Written;
    }

    /// <summary>Undoes <see cref="Expand"/>, where there is room for another set of names.</summary>
    public static ReadOnlySpan<byte> Contract(ReadOnlySpan<byte> identity, MetricShapes shapes, IdentityBuffer scratch)
    {
        if (identity[0] != ByNamedFields)
        {
            return identity;
        }

        var rest = Fields(identity);
        var head = identity[1..^rest.Length];
        var names = new byte[(int)Numbers.Read(ref rest)][];
        var values = new double[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Numbers.ReadBytes(ref rest).ToArray();
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(rest);
            rest = rest[sizeof(double)..];
        }

        var set = shapes.SetOf(names);
        if (set < 0)
        {
            return identity;
        }

        scratch.Clear();
        scratch.WriteByte(ByFields);
        scratch.WriteRaw(head);
        scratch.WriteNumber((ulong)set);
        foreach (var value in values)
        {
            scratch.WriteDouble(value);
        }

        scratch.WriteRaw(rest);
        return scratch.Written;
    }

    private static void Begin(IdentityBuffer into, byte kind, scoped in SensorReadingView reading)
    {
        into.Clear();
        into.WriteByte(kind);
        into.WriteLong(reading.EventTime);
        into.WriteNumber(reading.HasDeviceId ? (ulong)reading.DeviceId.Length + 1 : 0);
        into.WriteRaw(reading.DeviceId);
    }

    /// <summary>What stands behind the device.</summary>
    private static ReadOnlySpan<byte> Fields(ReadOnlySpan<byte> identity)
    {
        var rest = identity[DeviceAt..];
        var device = (int)Numbers.Read(ref rest);
        return device > 0 ? rest[(device - 1)..] : rest;
    }

    /// <summary>Writes the tags by name, then value. They are few, so each next one is simply looked for.</summary>
    private static void WriteTags(IdentityBuffer into, scoped in SensorReadingView reading)
    {
        ReadOnlySpan<byte> lastName = default;
        ReadOnlySpan<byte> lastValue = default;
        var lastPosition = -1;
        for (var written = 0; written < reading.Tags.Count; written++)
        {
            ReadOnlySpan<byte> nextName = default;
            ReadOnlySpan<byte> nextValue = default;
            var nextPosition = -1;
            var position = 0;
            foreach (var (name, value) in reading.Tags)
            {
                if ((lastPosition < 0 || Compare(name, value, position, lastName, lastValue, lastPosition) > 0)
                    && (nextPosition < 0 || Compare(name, value, position, nextName, nextValue, nextPosition) < 0))
                {
                    nextName = name;
                    nextValue = value;
                    nextPosition = position;
                }

                position++;
            }

            into.WriteBytes(nextName);
            into.WriteBytes(nextValue);
            lastName = nextName;
            lastValue = nextValue;
            lastPosition = nextPosition;
        }
    }

    private static int Compare(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int position, ReadOnlySpan<byte> otherName, ReadOnlySpan<byte> otherValue, int otherPosition) =>
        name.SequenceCompareTo(otherName) is not 0 and var byName ? byName
        : value.SequenceCompareTo(otherValue) is not 0 and var byValue ? byValue
        : position.CompareTo(otherPosition);
}
