using System.Collections;
using Cassandra.Wire;

namespace Cassandra.Values;

/// <summary>Reads lists, sets and maps.</summary>
internal static class CollectionReader
{
    /// <summary>The elements of a list or set.</summary>
    /// <param name="bytes">The value.</param>
    /// <param name="code">The elements' type.</param>
    /// <param name="info">More about it.</param>
    /// <param name="wanted">A list, set or array; null for an array.</param>
    public static object Items(ReadOnlySpan<byte> bytes, ColumnTypeCode code, IColumnInfo? info, Type? wanted)
    {
        var reader = new BodyReader(bytes);
        var element = TypeNames.ClrType(code, info);
        var type = ElementOf(wanted) ?? element;
        var items = Array.CreateInstance(type, reader.Count(reader.Int(), 4));
        for (var at = 0; at < items.Length; at++)
        {
            items.SetValue(Convert(Item(ref reader, code, info), type), at);
        }

        if (wanted is null || wanted.IsInstanceOfType(items))
        {
            return items;
        }

        var list = typeof(List<>).MakeGenericType(type);
        var target = wanted.IsAssignableFrom(list) ? list
            : wanted.IsAssignableFrom(typeof(HashSet<>).MakeGenericType(type)) ? typeof(HashSet<>).MakeGenericType(type)
            : typeof(SortedSet<>).MakeGenericType(type);
        return Activator.CreateInstance(target, items)!;
    }

    /// <summary>The entries of a map.</summary>
    /// <param name="bytes">The value.</param>
    /// <param name="map">The types of keys and values.</param>
    /// <param name="wanted">A dictionary; null for a sorted one.</param>
    public static object Map(ReadOnlySpan<byte> bytes, MapColumnInfo map, Type? wanted)
    {
        var reader = new BodyReader(bytes);
        var count = reader.Count(reader.Int(), 8);
        var types = wanted is { IsGenericType: true } && wanted.GetGenericArguments() is { Length: 2 } both
            ? both
            : [TypeNames.ClrType(map.KeyTypeCode, map.KeyTypeInfo), TypeNames.ClrType(map.ValueTypeCode, map.ValueTypeInfo)];
        var plain = typeof(Dictionary<,>).MakeGenericType(types);
        var sorted = typeof(SortedDictionary<,>).MakeGenericType(types);
        var result = (IDictionary)Activator.CreateInstance(wanted is null || wanted.IsAssignableFrom(sorted) ? sorted : plain)!;
        for (var at = 0; at < count; at++)
        {
            var key = Convert(Item(ref reader, map.KeyTypeCode, map.KeyTypeInfo), types[0]);
            result[key] = Convert(Item(ref reader, map.ValueTypeCode, map.ValueTypeInfo), types[1]);
        }

        return result;
    }

    private static object Item(ref BodyReader reader, ColumnTypeCode code, IColumnInfo? info) => ValueReader.Read(reader.Take(reader.Int()), code, info);

    private static object Convert(object value, Type wanted) => value is TimeUuid uuid && wanted == typeof(Guid) ? uuid.ToGuid() : value;

    private static Type? ElementOf(Type? wanted) =>
        wanted is null ? null
        : wanted.IsArray ? wanted.GetElementType()
        : wanted is { IsGenericType: true } && wanted.GetGenericArguments() is { Length: 1 } one ? one[0] : null;
}
