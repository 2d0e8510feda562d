namespace Streaming.Avro.Resolution;

/// <summary>Passes over a value of the writer's schema. Lengths, counts, symbols and branches are checked; what is in a string is left to whoever reads it.</summary>
internal abstract class Skipper
{
    public abstract void Skip(ref AvroReader reader);

    public static Skipper For(AvroSchema schema) => schema switch
    {
        RecordSchema record => Sequence(record.Fields.Select(field => For(field.Schema))),
        EnumSchema symbols => new EnumSkipper(symbols.Symbols.Count),
        FixedSchema bytes => new FixedSkipper(bytes.Size),
        ArraySchema { Items: { Kind: AvroSchemaKind.Double or AvroSchemaKind.Float } item } => new FixedArraySkipper(item.MinBytes),
        ArraySchema array => new ArraySkipper(For(array.Items), array.Items.MinBytes),
        MapSchema map => new MapSkipper(For(map.Values), map.Values.MinBytes),
        UnionSchema union => new UnionSkipper([.. union.Branches.Select(For)]),
        _ => schema.Kind switch
        {
            AvroSchemaKind.Boolean => new BooleanSkipper(),
            AvroSchemaKind.Int => new IntSkipper(),
            AvroSchemaKind.Long => new LongSkipper(),
            AvroSchemaKind.Float => new FixedSkipper(sizeof(float)),
            AvroSchemaKind.Double => new FixedSkipper(sizeof(double)),
            AvroSchemaKind.Null => new FixedSkipper(0),
            _ => new BytesSkipper(),
        },
    };

    /// <summary>Passes over some values in a row.</summary>
    public static Skipper Sequence(IEnumerable<Skipper> parts)
    {
        var all = parts.ToArray();
        return all.Length == 1 ? all[0] : new SequenceSkipper(all);
    }

    private sealed class SequenceSkipper(Skipper[] parts) : Skipper
    {
        public override void Skip(ref AvroReader reader)
        {
            foreach (var part in parts)
            {
                part.Skip(ref reader);
            }
        }
    }

    private sealed class BooleanSkipper : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadBoolean();
    }

    private sealed class IntSkipper : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadInt();
    }

    private sealed class LongSkipper : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadLong();
    }

    private sealed class FixedSkipper(int size) : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadFixed(size);
    }

    private sealed class BytesSkipper : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadBytes();
    }

    private sealed class EnumSkipper(int symbols) : Skipper
    {
        public override void Skip(ref AvroReader reader) => reader.ReadEnum(symbols);
    }

    private sealed class FixedArraySkipper(int itemBytes) : Skipper
    {
        public override void Skip(ref AvroReader reader)
        {
            var count = 0;
            for (int block; (block = reader.ReadBlock(count, itemBytes)) > 0; count += block)
            {
                reader.ReadFixed(block * itemBytes);
            }
        }
    }

    private sealed class ArraySkipper(Skipper item, int minItemBytes) : Skipper
    {
        public override void Skip(ref AvroReader reader)
        {
            var count = 0;
            for (int block; (block = reader.ReadBlock(count, minItemBytes)) > 0; count += block)
            {
                for (var left = block; left > 0 && reader.IsOk; left--)
                {
                    item.Skip(ref reader);
                }
            }
        }
    }

    private sealed class MapSkipper(Skipper value, int minValueBytes) : Skipper
    {
        public override void Skip(ref AvroReader reader)
        {
            var count = 0;
            for (int block; (block = reader.ReadBlock(count, minValueBytes + 1)) > 0; count += block)
            {
                for (var left = block; left > 0 && reader.IsOk; left--)
                {
                    reader.ReadBytes();
                    value.Skip(ref reader);
                }
            }
        }
    }

    private sealed class UnionSkipper(Skipper[] branches) : Skipper
    {
        public override void Skip(ref AvroReader reader) => branches[reader.ReadBranch(branches.Length)].Skip(ref reader);
    }
}
