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
        into.WriteLong(reading.Sequence);
    }

    /// <summary>Writes the identity of a reading whose names are known as a set.</summary>
    public static void WriteByFields(IdentityBuffer into, scoped in SensorReadingView reading, int set, ReadOnlySpan<int> order, ReadOnlySpan<double> values)
    {
        Begin(into, ByFields, reading);
        into.WriteInt(set);
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
        into.WriteInt(order.Length);
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

        var at = FieldsAt(identity);
        var names = shapes.Names(BinaryPrimitives.ReadInt32LittleEndian(identity[at..]));
        var tagsAt = at + sizeof(int) + (names.Count * sizeof(double));
        scratch.Clear();
        scratch.WriteByte(ByNamedFields);
        scratch.WriteRaw(identity[1..at]);
        scratch.WriteInt(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            scratch.WriteBytes(names[i]);
            scratch.WriteRaw(identity.Slice(at + sizeof(int) + (i * sizeof(double)), sizeof(double)));
        }

        scratch.WriteRaw(identity[tagsAt..]);
        return scratch.Written;
    }

    /// <summary>Undoes <see cref="Expand"/>, where there is room for another set of names.</summary>
    public static ReadOnlySpan<byte> Contract(ReadOnlySpan<byte> identity, MetricShapes shapes, IdentityBuffer scratch)
    {
        if (identity[0] != ByNamedFields)
        {
            return identity;
        }

        var at = FieldsAt(identity);
        var names = new byte[BinaryPrimitives.ReadInt32LittleEndian(identity[at..])][];
        var values = new double[names.Length];
        var rest = identity[(at + sizeof(int))..];
        for (var i = 0; i < names.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            names[i] = rest.Slice(sizeof(int), length).ToArray();
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(rest[(sizeof(int) + length)..]);
            rest = rest[(sizeof(int) + length + sizeof(double))..];
        }

        var set = shapes.SetOf(names);
        if (set < 0)
        {
            return identity;
        }

        scratch.Clear();
        scratch.WriteByte(ByFields);
        scratch.WriteRaw(identity[1..at]);
        scratch.WriteInt(set);
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
        into.WriteInt(reading.HasDeviceId ? reading.DeviceId.Length : -1);
        into.WriteRaw(reading.DeviceId);
    }

    private static int FieldsAt(ReadOnlySpan<byte> identity) =>
        DeviceAt + sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(identity[DeviceAt..]));

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
