using Streaming.History.Cassandra;
using Streaming.History.Sqlite;

namespace Streaming.History;

/// <summary>Which history is used, and how: a SQLite file where <see cref="Path"/> names one, a Cassandra cluster where <see cref="Cassandra"/> has contact points. Section
/// <c>History</c> of the configuration, the same for everything that writes or reads one.</summary>
public sealed class HistoryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = SqliteHistoryOptions.Section;

    /// <inheritdoc cref="SqliteHistoryOptions.Path"/>
    public string Path
    {
        get => Sqlite.Path;
        set => Sqlite.Path = value;
    }

    /// <inheritdoc cref="SqliteHistoryOptions.RowsPerTransaction"/>
    public int RowsPerTransaction
    {
        get => Sqlite.RowsPerTransaction;
        set => Sqlite.RowsPerTransaction = value;
    }

    /// <inheritdoc cref="SqliteHistoryOptions.RowsPerPage"/>
    public int RowsPerPage
    {
        get => Sqlite.RowsPerPage;
        set => Sqlite.RowsPerPage = value;
    }

    /// <inheritdoc cref="SqliteHistoryOptions.BusyTimeout"/>
    public TimeSpan BusyTimeout
    {
        get => Sqlite.BusyTimeout;
        set => Sqlite.BusyTimeout = value;
    }

    /// <inheritdoc cref="SqliteHistoryOptions.MaxRowLength"/>
    public int MaxRowLength
    {
        get => Sqlite.MaxRowLength;
        set => Sqlite.MaxRowLength = value;
    }

    /// <summary>The Cassandra cluster. Section <c>History:Cassandra</c>.</summary>
    public CassandraHistoryOptions Cassandra { get; } = new();

    /// <summary>Whether the history is in Cassandra.</summary>
    internal bool IsCassandra => Cassandra.ContactPoints.Length > 0;

    internal SqliteHistoryOptions Sqlite { get; } = new();

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none. Opens nothing.</summary>
    public IReadOnlyList<string> Validate() => IsCassandra ? [.. Ambiguity(), .. Cassandra.Validate()] : [.. Sqlite.Validate(), .. Cassandra.ValidateUnused()];

    private IEnumerable<string> Ambiguity()
    {
        if (Path.Length > 0)
        {
            yield return $"{Section}:{nameof(Path)} = '{Path}': {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.ContactPoints)} names a cluster too, and there is one history; take one of them away.";
        }
    }
}
