namespace Cassandra;

/// <summary>More about a column's type than its code.</summary>
public interface IColumnInfo
{
}

/// <summary>A list column.</summary>
public sealed class ListColumnInfo : IColumnInfo
{
    /// <summary>The elements' type.</summary>
    public ColumnTypeCode ValueTypeCode { get; set; }

    /// <summary>More about the elements' type.</summary>
    public IColumnInfo? ValueTypeInfo { get; set; }
}

/// <summary>A set column.</summary>
public sealed class SetColumnInfo : IColumnInfo
{
    /// <summary>The elements' type.</summary>
    public ColumnTypeCode KeyTypeCode { get; set; }

    /// <summary>More about the elements' type.</summary>
    public IColumnInfo? KeyTypeInfo { get; set; }
}

/// <summary>A map column.</summary>
public sealed class MapColumnInfo : IColumnInfo
{
    /// <summary>The keys' type.</summary>
    public ColumnTypeCode KeyTypeCode { get; set; }

    /// <summary>More about the keys' type.</summary>
    public IColumnInfo? KeyTypeInfo { get; set; }

    /// <summary>The values' type.</summary>
    public ColumnTypeCode ValueTypeCode { get; set; }

    /// <summary>More about the values' type.</summary>
    public IColumnInfo? ValueTypeInfo { get; set; }
}

/// <summary>A column of a type of the server's own.</summary>
public sealed class CustomColumnInfo : IColumnInfo
{
    /// <summary>The name of the server's class.</summary>
    public string? CustomTypeName { get; set; }
}

/// <summary>A column, or a bound variable.</summary>
public abstract class ColumnDesc
{
    /// <summary>The keyspace.</summary>
    public string Keyspace { get; set; } = "";

    /// <summary>The name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The table.</summary>
    public string Table { get; set; } = "";

    /// <summary>The type.</summary>
    public ColumnTypeCode TypeCode { get; set; }

    /// <summary>More about the type; null where its code says all.</summary>
    public IColumnInfo? TypeInfo { get; set; }
}

/// <summary>A column, or a bound variable, with its place.</summary>
public sealed class CqlColumn : ColumnDesc
{
    /// <summary>Its place, from 0.</summary>
    public int Index { get; set; }

    /// <summary>The type of its values in .NET.</summary>
    public Type Type { get; set; } = typeof(object);
}

/// <summary>The columns of rows, or the variables of a statement.</summary>
public sealed class RowSetMetadata
{
    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);

    internal RowSetMetadata(CqlColumn[] columns)
    {
        Columns = columns;
        foreach (var column in columns)
        {
            _places.TryAdd(column.Name, column.Index);
        }
    }

    /// <summary>The columns in order.</summary>
    public CqlColumn[] Columns { get; }

    internal bool TryFind(string name, out int index) => _places.TryGetValue(name, out index);

    internal int Find(string name) =>
        TryFind(name, out var index) ? index : throw new ArgumentException($"There is no column '{name}'; there are: {string.Join(", ", Columns.Select(column => column.Name))}.");
}
