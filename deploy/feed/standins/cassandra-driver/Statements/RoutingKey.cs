using Cassandra.Values;
using Cassandra.Wire;

namespace Cassandra;

/// <summary>A partition key on the wire.</summary>
public sealed class RoutingKey
{
    [ThreadStatic]
    private static WireWriter? _scratch;

    /// <summary>A partition key of one column, or one column of several for <see cref="Compose"/>.</summary>
    public RoutingKey(byte[] rawKey) => RawRoutingKey = rawKey;

    /// <summary>The bytes.</summary>
    public byte[] RawRoutingKey { get; }

    /// <summary>A partition key of several columns.</summary>
    public static RoutingKey Compose(params RoutingKey[] components)
    {
        if (components.Length == 1)
        {
            return components[0];
        }

        var writer = Scratch();
        foreach (var component in components)
        {
            writer.ShortBytes(component.RawRoutingKey);
            writer.Byte(0);
        }

        return new RoutingKey(writer.Span.ToArray());
    }

    internal static RoutingKey OfValues(object[] values)
    {
        var writer = Scratch();
        for (var at = 0; at < values.Length; at++)
        {
            Component(writer, values[at], TypeNames.CodeOf(values[at]), null, values.Length);
        }

        return new RoutingKey(writer.Span.ToArray());
    }

    internal static RoutingKey Of(PreparedStatement prepared, object?[] values)
    {
        var writer = Scratch();
        foreach (var index in prepared.RoutingIndexes)
        {
            var column = prepared.Variables.Columns[index];
            Component(writer, values[index]!, column.TypeCode, column.TypeInfo, prepared.RoutingIndexes.Length);
        }

        return new RoutingKey(writer.Span.ToArray());
    }

    private static void Component(WireWriter writer, object value, ColumnTypeCode code, IColumnInfo? info, int components)
    {
        if (components == 1)
        {
            ValueWriter.Write(writer, value, code, info);
            return;
        }

        var at = writer.Position;
        writer.Take(2);
        ValueWriter.Write(writer, value, code, info);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(writer.Span[at..], checked((ushort)(writer.Position - at - 2)));
        writer.Byte(0);
    }

    private static WireWriter Scratch()
    {
        var scratch = _scratch ??= new WireWriter();
        scratch.Clear();
        return scratch;
    }
}
