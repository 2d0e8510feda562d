using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Cassandra.Values;

/// <summary>Reads values of columns as values of .NET.</summary>
internal static class ValueReader
{
    private const int UuidSize = 16;

    /// <summary>A value as the type that is asked for; numbers and times without boxing.</summary>
    /// <exception cref="InvalidCastException">The column is of another type, or null where no null can be.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes, bool isNull, CqlColumn column)
    {
        if (isNull)
        {
            return default(T) is null
                ? default!
                : throw new InvalidCastException($"Column '{column.Name}' is null, which {typeof(T)} cannot be; ask for {typeof(T)}? or for IsNull first.");
        }

        switch (column.TypeCode)
        {
            case ColumnTypeCode.Double when typeof(T) == typeof(double):
                return (T)(object)Double(bytes);
            case ColumnTypeCode.Float when typeof(T) == typeof(float):
                return (T)(object)Single(bytes);
            case ColumnTypeCode.Bigint or ColumnTypeCode.Counter when typeof(T) == typeof(long):
                return (T)(object)Long(bytes);
            case ColumnTypeCode.Int when typeof(T) == typeof(int):
                return (T)(object)Int(bytes);
            case ColumnTypeCode.Boolean when typeof(T) == typeof(bool):
                return (T)(object)Boolean(bytes);
            case ColumnTypeCode.Timestamp when typeof(T) == typeof(DateTimeOffset):
                return (T)(object)Timestamp(bytes);
            default:
                return (T)ReadAs(bytes, column.TypeCode, column.TypeInfo, typeof(T), column);
        }
    }

    /// <summary>A value as the type that belongs to the column.</summary>
    public static object Read(ReadOnlySpan<byte> bytes, ColumnTypeCode code, IColumnInfo? info) => code switch
    {
        ColumnTypeCode.Ascii or ColumnTypeCode.Text or ColumnTypeCode.Varchar => Encoding.UTF8.GetString(bytes),
        ColumnTypeCode.Bigint or ColumnTypeCode.Counter => Long(bytes),
        ColumnTypeCode.Boolean => Boolean(bytes),
        ColumnTypeCode.Double => Double(bytes),
        ColumnTypeCode.Float => Single(bytes),
        ColumnTypeCode.Int => Int(bytes),
        ColumnTypeCode.SmallInt => BinaryPrimitives.ReadInt16BigEndian(Exactly(bytes, 2)),
        ColumnTypeCode.TinyInt => (sbyte)Exactly(bytes, 1)[0],
        ColumnTypeCode.Timestamp => Timestamp(bytes),
        ColumnTypeCode.Date => new LocalDate(BinaryPrimitives.ReadUInt32BigEndian(Exactly(bytes, 4))),
        ColumnTypeCode.Uuid => new Guid(Exactly(bytes, UuidSize), bigEndian: true),
        ColumnTypeCode.Timeuuid => (TimeUuid)new Guid(Exactly(bytes, UuidSize), bigEndian: true),
        ColumnTypeCode.Inet when bytes.Length is 4 or 16 => new IPAddress(bytes),
        ColumnTypeCode.List when info is ListColumnInfo list => CollectionReader.Items(bytes, list.ValueTypeCode, list.ValueTypeInfo, null),
        ColumnTypeCode.Set when info is SetColumnInfo set => CollectionReader.Items(bytes, set.KeyTypeCode, set.KeyTypeInfo, null),
        ColumnTypeCode.Map when info is MapColumnInfo map => CollectionReader.Map(bytes, map, null),
        ColumnTypeCode.Blob or ColumnTypeCode.Custom => bytes.ToArray(),
        _ => throw new InvalidTypeException($"A value of type {TypeNames.Of(code)} with {bytes.Length} bytes cannot be read here."),
    };

    private static object ReadAs(ReadOnlySpan<byte> bytes, ColumnTypeCode code, IColumnInfo? info, Type wanted, CqlColumn column)
    {
        var type = Nullable.GetUnderlyingType(wanted) ?? wanted;
        object value;
        switch (code)
        {
            case ColumnTypeCode.List when info is ListColumnInfo list:
                value = CollectionReader.Items(bytes, list.ValueTypeCode, list.ValueTypeInfo, type);
                break;
            case ColumnTypeCode.Set when info is SetColumnInfo set:
                value = CollectionReader.Items(bytes, set.KeyTypeCode, set.KeyTypeInfo, type);
                break;
            case ColumnTypeCode.Map when info is MapColumnInfo map:
                value = CollectionReader.Map(bytes, map, type);
                break;
            default:
                value = Read(bytes, code, info);
                break;
        }

        if (value is TimeUuid uuid && type == typeof(Guid))
        {
            value = uuid.ToGuid();
        }
        else if (value is DateTimeOffset moment && type == typeof(DateTime))
        {
            value = moment.UtcDateTime;
        }

        return type.IsInstanceOfType(value)
            ? value
            : throw new InvalidCastException($"Column '{column.Name}' is of type {TypeNames.Of(code)} and gives {value.GetType()}; {wanted} was asked for.");
    }

    private static double Double(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleBigEndian(Exactly(bytes, 8));

    private static float Single(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleBigEndian(Exactly(bytes, 4));

    private static long Long(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(Exactly(bytes, 8));

    private static int Int(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(Exactly(bytes, 4));

    private static bool Boolean(ReadOnlySpan<byte> bytes) => Exactly(bytes, 1)[0] != 0;

    private static DateTimeOffset Timestamp(ReadOnlySpan<byte> bytes)
    {
        var milliseconds = Long(bytes);
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new InvalidTypeException($"A timestamp of {milliseconds} ms lies outside the years 1 to 9999.", wrong);
        }
    }

    private static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> bytes, int size) =>
        bytes.Length == size ? bytes : throw new InvalidTypeException($"A value has {bytes.Length} bytes where its type has {size}.");
}
