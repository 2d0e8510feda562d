using Cassandra;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

/// <summary>A table: its columns, the partition key first, then the clustering columns, then the others.</summary>
/// <param name="name">The table's name.</param>
/// <param name="partition">The columns of the partition key.</param>
/// <param name="clustering">The clustering columns in order.</param>
/// <param name="content">All others.</param>
internal abstract class CassandraTable(string name, string[] partition, string[] clustering, string[] content)
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Partition { get; } = partition;

    public IReadOnlyList<string> Clustering { get; } = clustering;

    public IReadOnlyList<string> Columns { get; } = [.. partition, .. clustering, .. content];

    /// <summary>The statement that writes a row: a value for each column, then the write timestamp, then the time to live where rows have one.</summary>
    public string Insert(bool expires) =>
        $"INSERT INTO {Name} ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(_ => "?"))}) USING TIMESTAMP ?{(expires ? " AND TTL ?" : "")}";
}

/// <summary>A table with the rows that it holds. The key ends with the record's origin.</summary>
internal abstract class CassandraTable<TRow>(string name, string[] partition, string[] identity, string[] content)
    : CassandraTable(name, partition, [.. identity, .. OriginColumns], content)
    where TRow : HistoryRow
{
    private static readonly string[] OriginColumns = ["known_time", "source_topic", "source_partition", "source_offset"];

    /// <summary>The clustering columns before the origin's.</summary>
    public IReadOnlyList<string> Identity { get; } = identity;

    /// <summary>Adds a row's values in the order of <see cref="CassandraTable.Columns"/>.</summary>
    public abstract void Write(TRow row, ValueList into);

    /// <summary>Makes a row with all columns to one of the history.</summary>
    public abstract TRow Read(Row row);
}

/// <summary>A table that says where rows are; all its columns are its key.</summary>
internal sealed class IndexTable(string name, string[] partition, string[] clustering) : CassandraTable(name, partition, clustering, []);
