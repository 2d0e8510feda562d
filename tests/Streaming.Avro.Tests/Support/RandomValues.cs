using System.Text;

namespace Streaming.Avro.Tests;

/// <summary>Writes random values of any schema, the borders of each type more often than chance would.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly string[] Strings = ["", "a", "temperature", "cow-0042", "Kühe", "日本語の識別子", "🐄🐄", new string('x', 200), "\"\\\u0001"];
    private static readonly double[] Doubles = [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 21.5];
    private static readonly long[] Longs = [0, -1, 1, 63, 64, -64, -65, 8191, 8192, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue, 1_789_000_000_000];

    private readonly Random _random = new(seed);

    /// <summary>A body of the schema.</summary>
    public byte[] Body(AvroSchema schema)
    {
        var buffer = new AvroBuffer();
        Write(schema, new AvroWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(AvroSchema schema, AvroWriter writer)
    {
        switch (schema)
        {
            case RecordSchema record:
                foreach (var field in record.Fields)
                {
                    Write(field.Schema, writer);
                }

                break;
            case EnumSchema symbols:
                writer.WriteInt(_random.Next(symbols.Symbols.Count));
                break;
            case FixedSchema bytes:
                writer.WriteRaw(Bytes(bytes.Size));
                break;
            case ArraySchema array:
                WriteBlocks(writer, array.Items, withNames: false);
                break;
            case MapSchema map:
                WriteBlocks(writer, map.Values, withNames: true);
                break;
            case UnionSchema union:
                var branch = _random.Next(union.Branches.Count);
                writer.WriteInt(branch);
                Write(union.Branches[branch], writer);
                break;
            default:
                WritePrimitive(schema.Kind, writer);
                break;
        }
    }

    private void WritePrimitive(AvroSchemaKind kind, AvroWriter writer)
    {
        switch (kind)
        {
            case AvroSchemaKind.Boolean:
                writer.WriteBoolean(_random.Next(2) == 0);
                break;
            case AvroSchemaKind.Int:
                writer.WriteInt((int)Math.Clamp(Long(), int.MinValue, int.MaxValue));
                break;
            case AvroSchemaKind.Long:
                writer.WriteLong(Long());
                break;
            case AvroSchemaKind.Float:
                writer.WriteFloat((float)Double());
                break;
            case AvroSchemaKind.Double:
                writer.WriteDouble(Double());
                break;
            case AvroSchemaKind.Bytes:
                writer.WriteBytes(Bytes(_random.Next(20)));
                break;
            case AvroSchemaKind.String:
                writer.WriteString(String());
                break;
        }
    }

    private void WriteBlocks(AvroWriter writer, AvroSchema items, bool withNames)
    {
        for (var blocks = _random.Next(3); blocks > 0; blocks--)
        {
            // Half of the blocks say their size, as writers may.
            var content = new AvroBuffer();
            var count = _random.Next(1, 6);
            for (var i = 0; i < count; i++)
            {
                if (withNames)
                {
                    new AvroWriter(content).WriteString(String() + i);
                }

                Write(items, new AvroWriter(content));
            }

            var isSized = _random.Next(2) == 0;
            writer.WriteInt(isSized ? -count : count);
            if (isSized)
            {
                writer.WriteLong(content.Length);
            }

            writer.WriteRaw(content.WrittenSpan);
        }

        writer.WriteEnd();
    }

    private string String()
    {
        if (_random.Next(2) == 0)
        {
            return Strings[_random.Next(Strings.Length)];
        }

        var text = new StringBuilder();
        for (var length = _random.Next(24); length > 0; length--)
        {
            text.Append(new Rune(_random.Next(4) == 0 ? _random.Next(0x20, 0xD7FF) : _random.Next(0x20, 0x7F)));
        }

        return text.ToString();
    }

    private double Double() =>
        _random.Next(3) == 0 ? Doubles[_random.Next(Doubles.Length)] : (_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(-5, 9));

    private long Long() =>
        _random.Next(2) == 0 ? Longs[_random.Next(Longs.Length)] : _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
