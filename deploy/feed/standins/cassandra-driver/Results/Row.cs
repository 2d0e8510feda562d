using System.Buffers.Binary;
using System.Collections;
using Cassandra.Values;
using Cassandra.Wire;

namespace Cassandra;

/// <summary>A row; values are read when they are asked for.</summary>
public sealed class Row : IEnumerable<object?>
{
    private readonly RowPage _page;
    private readonly int _index;

    internal Row(RowPage page, int index)
    {
        _page = page;
        _index = index;
    }

    /// <summary>The columns.</summary>
    public CqlColumn[] Columns => _page.Metadata.Columns;

    /// <summary>How many columns there are.</summary>
    public int Length => _page.Metadata.Columns.Length;

    /// <summary>A value by its place.</summary>
    public object? this[int index] => GetValue<object?>(index);

    /// <summary>A value by its column's name.</summary>
    public object? this[string name] => GetValue<object?>(name);

    /// <summary>Whether a value is null.</summary>
    public bool IsNull(int index) => _page.IsNull(_index, index);

    /// <summary>Whether a value is null.</summary>
    public bool IsNull(string name) => IsNull(_page.Metadata.Find(name));

    /// <summary>A column by its name; null where there is none.</summary>
    public CqlColumn? GetColumn(string name) => _page.Metadata.TryFind(name, out var index) ? Columns[index] : null;

    /// <summary>A value by its place.</summary>
    public T GetValue<T>(int index) => ValueReader.Read<T>(_page.Cell(_index, index, out var isNull), isNull, Columns[index]);

    /// <summary>A value by its column's name.</summary>
    public T GetValue<T>(string name) => GetValue<T>(_page.Metadata.Find(name));

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator()
    {
        for (var index = 0; index < Length; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The rows of one answer: its bytes, and where each value begins.</summary>
internal sealed class RowPage
{
    private readonly byte[] _bytes;
    private readonly int[] _cells;

    private RowPage(RowSetMetadata metadata, byte[] bytes, int[] cells, int rows)
    {
        Metadata = metadata;
        _bytes = bytes;
        _cells = cells;
        Rows = rows;
    }

    public RowSetMetadata Metadata { get; }

    public int Rows { get; }

    /// <summary>Reads the rows that end a body.</summary>
    public static RowPage Read(ref BodyReader reader, RowSetMetadata metadata)
    {
        var columns = metadata.Columns.Length;
        var rows = reader.Int();
        if (columns == 0 && rows != 0)
        {
            throw BodyReader.Malformed($"{rows} rows have no column");
        }

        reader.Count(rows, columns * 4);
        var bytes = reader.Take(reader.Remaining).ToArray();
        var inner = new BodyReader(bytes);
        var cells = new int[rows * columns];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            cells[cell] = inner.Position;
            var length = inner.Int();
            if (length > 0)
            {
                inner.Take(length);
            }
        }

        return new RowPage(metadata, bytes, cells, rows);
    }

    public bool IsNull(int row, int column) => Length(Start(row, column)) < 0;

    public ReadOnlySpan<byte> Cell(int row, int column, out bool isNull)
    {
        var start = Start(row, column);
        var length = Length(start);
        isNull = length < 0;
        return isNull ? default : _bytes.AsSpan(start + 4, length);
    }

    private int Start(int row, int column) =>
        (uint)column < (uint)Metadata.Columns.Length
            ? _cells[(row * Metadata.Columns.Length) + column]
            : throw new ArgumentOutOfRangeException(nameof(column), column, $"The row has {Metadata.Columns.Length} columns.");

    private int Length(int start) => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(start));
}
