using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Sqlite;

/// <summary>How one kind of row lies in its table.</summary>
internal abstract class SqliteTable
{
    private static readonly string[] OriginColumns = ["known_time", "source_topic", "source_partition", "source_offset"];

    /// <summary>A table; its key ends with the origin's columns, and its columns begin with its key.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="identity">The key's columns before the origin's.</param>
    /// <param name="content">The other columns.</param>
    protected SqliteTable(string name, string[] identity, string[] content)
    {
        Name = name;
        Identity = identity;
        Key = [.. identity, .. OriginColumns];
        Columns = [.. Key, .. content];
        Upsert = UpsertText(content);
    }

    public string Name { get; }

    public IReadOnlyList<string> Identity { get; }

    public IReadOnlyList<string> Key { get; }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>The statement that writes a row, with one parameter (<c>?1</c> …) for each column in order.</summary>
    public string Upsert { get; }

    /// <summary>A row's values in the order of <see cref="Columns"/>; null for NULL.</summary>
    public abstract void Values(HistoryRow row, object?[] into);

    protected static int Origin(HistoryRow row, object?[] into, int at)
    {
        into[at++] = row.Origin.KnownTime;
        into[at++] = row.Origin.Topic;
        into[at++] = row.Origin.Partition;
        into[at++] = row.Origin.Offset;
        return at;
    }

    protected RecordOrigin Origin(SqliteRow row)
    {
        var at = Identity.Count;
        return new RecordOrigin(row.Integer(at), row.Text(at + 1), row.SmallInteger(at + 2), row.Integer(at + 3));
    }

    /// <summary>One record has one content, so a conflict is the same row again. Should two programs nevertheless read a record differently, the greater content
    /// stays, so that the order of writing decides nothing.</summary>
    private string UpsertText(string[] content)
    {
        var parameters = string.Join(", ", Enumerable.Range(1, Columns.Count).Select(position => $"?{position}"));
        var assignments = string.Join(", ", content.Select(column => $"{column} = excluded.{column}"));
        var given = string.Join(", ", content.Select(column => $"coalesce(excluded.{column}, '')"));
        var kept = string.Join(", ", content.Select(column => $"coalesce({Name}.{column}, '')"));
        return $"""
            INSERT INTO {Name} ({string.Join(", ", Columns)}) VALUES ({parameters})
            ON CONFLICT ({string.Join(", ", Key)}) DO UPDATE SET {assignments} WHERE ({given}) > ({kept})
            """;
    }
}

/// <summary>A table with the rows that it holds.</summary>
internal abstract class SqliteTable<TRow> : SqliteTable
    where TRow : HistoryRow
{
    /// <inheritdoc/>
    protected SqliteTable(string name, string[] identity, string[] content)
        : base(name, identity, content)
    {
    }

    /// <summary>Makes a row of the file, with <see cref="SqliteTable.Columns"/>, to one of the history.</summary>
    public abstract TRow Read(SqliteRow row);

    public sealed override void Values(HistoryRow row, object?[] into) => Values((TRow)row, into);

    protected abstract void Values(TRow row, object?[] into);
}
