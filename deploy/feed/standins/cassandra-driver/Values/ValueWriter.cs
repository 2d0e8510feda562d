using System.Buffers.Binary;
using System.Collections;
using System.Net;
using Cassandra.Wire;

namespace Cassandra.Values;

/// <summary>Writes values of .NET as values of columns.</summary>
internal static class ValueWriter
{
    private const int Null = -1;
    private const int NotSet = -2;

    /// <summary>A value with its length, as in a request: null and <see cref="Unset"/> included.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="column">Its column; null where only the value tells of the type.</param>
    public static void WriteWithLength(WireWriter writer, object? value, ColumnDesc? column)
    {
        if (value is null)
        {
            writer.Int(Null);
        }
        else if (value is Unset)
        {
            writer.Int(NotSet);
        }
        else
        {
            var at = writer.Position;
            writer.Take(4);
            if (column is null)
            {
                Write(writer, value, TypeNames.CodeOf(value), null);
            }
            else if (!TryWrite(writer, value, column.TypeCode, column.TypeInfo))
            {
                throw Mismatch(value, column.TypeCode, $"column '{column.Name}' of {column.Keyspace}.{column.Table}");
            }

            writer.PatchInt(at, writer.Position - at - 4);
        }
    }

    public static void Write(WireWriter writer, object value, ColumnTypeCode code, IColumnInfo? info)
    {
        if (!TryWrite(writer, value, code, info))
        {
            throw Mismatch(value, code, "a value");
        }
    }

    private static bool TryWrite(WireWriter writer, object value, ColumnTypeCode code, IColumnInfo? info)
    {
        switch (code, value)
        {
            case (ColumnTypeCode.Double, double number):
                BinaryPrimitives.WriteDoubleBigEndian(writer.Take(8), number);
                return true;
            case (ColumnTypeCode.Text or ColumnTypeCode.Varchar or ColumnTypeCode.Ascii, string text):
                writer.Text(text);
                return true;
            case (ColumnTypeCode.Int, int number):
                writer.Int(number);
                return true;
            case (ColumnTypeCode.Bigint or ColumnTypeCode.Counter, long number):
                writer.Long(number);
                return true;
            case (ColumnTypeCode.Timestamp, DateTimeOffset moment):
                writer.Long(moment.ToUnixTimeMilliseconds());
                return true;
            case (ColumnTypeCode.Timestamp, DateTime moment):
                writer.Long(new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)).ToUnixTimeMilliseconds());
                return true;
            case (ColumnTypeCode.Blob or ColumnTypeCode.Custom, byte[] bytes):
                writer.Raw(bytes);
                return true;
            case (ColumnTypeCode.Boolean, bool flag):
                writer.Byte(flag ? (byte)1 : (byte)0);
                return true;
            case (ColumnTypeCode.Float, float number):
                BinaryPrimitives.WriteSingleBigEndian(writer.Take(4), number);
                return true;
            case (ColumnTypeCode.SmallInt, short number):
                BinaryPrimitives.WriteInt16BigEndian(writer.Take(2), number);
                return true;
            case (ColumnTypeCode.TinyInt, sbyte number):
                writer.Byte((byte)number);
                return true;
            case (ColumnTypeCode.Date, LocalDate day):
                writer.Int((int)day.DaysOnWire);
                return true;
            case (ColumnTypeCode.Uuid or ColumnTypeCode.Timeuuid, Guid uuid):
                uuid.TryWriteBytes(writer.Take(16), bigEndian: true, out _);
                return true;
            case (ColumnTypeCode.Uuid or ColumnTypeCode.Timeuuid, TimeUuid uuid):
                uuid.ToGuid().TryWriteBytes(writer.Take(16), bigEndian: true, out _);
                return true;
            case (ColumnTypeCode.Inet, IPAddress address):
                writer.Raw(address.GetAddressBytes());
                return true;
            case (ColumnTypeCode.Map, IDictionary map):
                WriteMap(writer, map, info as MapColumnInfo);
                return true;
            case (ColumnTypeCode.List, IEnumerable items) when items is not string:
                WriteItems(writer, items, (info as ListColumnInfo)?.ValueTypeCode, (info as ListColumnInfo)?.ValueTypeInfo);
                return true;
            case (ColumnTypeCode.Set, IEnumerable items) when items is not string:
                WriteItems(writer, items, (info as SetColumnInfo)?.KeyTypeCode, (info as SetColumnInfo)?.KeyTypeInfo);
                return true;
            default:
                return false;
        }
    }

    private static void WriteItems(WireWriter writer, IEnumerable items, ColumnTypeCode? code, IColumnInfo? info)
    {
        var at = writer.Position;
        writer.Take(4);
        var count = 0;
        foreach (var item in items)
        {
            WriteItem(writer, item, code, info);
            count++;
        }

        writer.PatchInt(at, count);
    }

    private static void WriteMap(WireWriter writer, IDictionary map, MapColumnInfo? info)
    {
        writer.Int(map.Count);
        foreach (DictionaryEntry entry in map)
        {
            WriteItem(writer, entry.Key, info?.KeyTypeCode, info?.KeyTypeInfo);
            WriteItem(writer, entry.Value, info?.ValueTypeCode, info?.ValueTypeInfo);
        }
    }

    private static void WriteItem(WireWriter writer, object? item, ColumnTypeCode? code, IColumnInfo? info)
    {
        if (item is null or Unset)
        {
            throw new InvalidTypeException("A collection holds a value that is null; Cassandra keeps none in collections.");
        }

        var at = writer.Position;
        writer.Take(4);
        Write(writer, item, code ?? TypeNames.CodeOf(item), info);
        writer.PatchInt(at, writer.Position - at - 4);
    }

    private static InvalidTypeException Mismatch(object value, ColumnTypeCode code, string where) =>
        new($"A value of type {value.GetType()} cannot be written as {TypeNames.Of(code)}, which {where} is; expected is {TypeNames.ClrType(code, null)}.");
}
