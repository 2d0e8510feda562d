using System.Collections;
using System.Net;

namespace Cassandra.Values;

/// <summary>What types of .NET and of columns belong together.</summary>
internal static class TypeNames
{
    /// <summary>The name of a type in CQL.</summary>
    public static string Of(ColumnTypeCode code) => code switch
    {
        ColumnTypeCode.Varchar => "text",
        _ => code.ToString().ToLowerInvariant(),
    };

    /// <summary>The type that a value has where only itself tells of it.</summary>
    public static ColumnTypeCode CodeOf(object value) => value switch
    {
        string => ColumnTypeCode.Varchar,
        int => ColumnTypeCode.Int,
        long => ColumnTypeCode.Bigint,
        double => ColumnTypeCode.Double,
        float => ColumnTypeCode.Float,
        bool => ColumnTypeCode.Boolean,
        byte[] => ColumnTypeCode.Blob,
        DateTimeOffset or DateTime => ColumnTypeCode.Timestamp,
        Guid => ColumnTypeCode.Uuid,
        TimeUuid => ColumnTypeCode.Timeuuid,
        short => ColumnTypeCode.SmallInt,
        sbyte => ColumnTypeCode.TinyInt,
        LocalDate => ColumnTypeCode.Date,
        IPAddress => ColumnTypeCode.Inet,
        IDictionary => ColumnTypeCode.Map,
        IEnumerable => ColumnTypeCode.List,
        _ => throw new InvalidTypeException($"A value of type {value.GetType()} belongs to no type of a column."),
    };

    /// <summary>The type of .NET for a column.</summary>
    public static Type ClrType(ColumnTypeCode code, IColumnInfo? info) => code switch
    {
        ColumnTypeCode.Ascii or ColumnTypeCode.Text or ColumnTypeCode.Varchar => typeof(string),
        ColumnTypeCode.Bigint or ColumnTypeCode.Counter => typeof(long),
        ColumnTypeCode.Boolean => typeof(bool),
        ColumnTypeCode.Double => typeof(double),
        ColumnTypeCode.Float => typeof(float),
        ColumnTypeCode.Int => typeof(int),
        ColumnTypeCode.SmallInt => typeof(short),
        ColumnTypeCode.TinyInt => typeof(sbyte),
        ColumnTypeCode.Timestamp => typeof(DateTimeOffset),
        ColumnTypeCode.Date => typeof(LocalDate),
        ColumnTypeCode.Uuid => typeof(Guid),
        ColumnTypeCode.Timeuuid => typeof(TimeUuid),
        ColumnTypeCode.Inet => typeof(IPAddress),
        ColumnTypeCode.List when info is ListColumnInfo list => typeof(IEnumerable<>).MakeGenericType(ClrType(list.ValueTypeCode, list.ValueTypeInfo)),
        ColumnTypeCode.Set when info is SetColumnInfo set => typeof(IEnumerable<>).MakeGenericType(ClrType(set.KeyTypeCode, set.KeyTypeInfo)),
        ColumnTypeCode.Map when info is MapColumnInfo map => typeof(IDictionary<,>).MakeGenericType(
            ClrType(map.KeyTypeCode, map.KeyTypeInfo), ClrType(map.ValueTypeCode, map.ValueTypeInfo)),
        ColumnTypeCode.List or ColumnTypeCode.Set => typeof(IEnumerable),
        ColumnTypeCode.Map => typeof(IDictionary),
        _ => typeof(byte[]),
    };
}
