using System.Buffers.Binary;
using Streaming.Avro;

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

    /// <summary>Writes an identity.</summary>
    public static void Write(IdentityBuffer into, scoped in Reading reading)
    {
        into.Clear();
        into.WriteByte(reading.HasSequence ? BySequence : reading.Shape.Set >= 0 ? ByFields : ByNamedFields);
        into.WriteLong(reading.EventTime);
        into.WriteNumber(reading.HasDevice ? (ulong)reading.Device.Length + 1 : 0);
        into.WriteRaw(reading.Device);
        if (reading.HasSequence)
        {
            into.WriteNumber(Numbers.Zigzag(reading.Sequence));
            return;
        }

        var isNamed = reading.Shape.Set < 0;
        into.WriteNumber((ulong)(isNamed ? reading.Shape.Count : reading.Shape.Set));
        foreach (var position in reading.Shape.Order)
        {
            if (isNamed)
            {
                into.WriteBytes(reading.Shape.Names[position]);
            }

            into.WriteDouble(reading.Values[position]);
        }

        WriteTags(into, reading.Tags);
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

    /// <summary>What stands behind the device.</summary>
    private static ReadOnlySpan<byte> Fields(ReadOnlySpan<byte> identity)
    {
        var rest = identity[DeviceAt..];
        var device = (int)Numbers.Read(ref rest);
        return device > 0 ? rest[(device - 1)..] : rest;
    }

    /// <summary>Writes the tags by name, then value. They are few, so each next one is simply looked for.</summary>
    private static void WriteTags(IdentityBuffer into, scoped in AvroUtf8Map tags)
    {
        ReadOnlySpan<byte> lastName = default;
        ReadOnlySpan<byte> lastValue = default;
        var lastPosition = -1;
        for (var written = 0; written < tags.Count; written++)
        {
            ReadOnlySpan<byte> nextName = default;
            ReadOnlySpan<byte> nextValue = default;
            var nextPosition = -1;
            var position = 0;
            foreach (var (name, value) in tags)
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
