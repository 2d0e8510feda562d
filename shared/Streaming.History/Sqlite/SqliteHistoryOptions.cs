namespace Streaming.History.Sqlite;

/// <summary>Where the history's SQLite file is and how it is used. Section <c>History</c> of the configuration.</summary>
public sealed class SqliteHistoryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "History";

    /// <summary>Path of the file, made where there is none. On a local disk: processes on one host may share it, hosts may not. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>Rows written in one transaction at most; other processes write between transactions. 1,000 by default.</summary>
    public int RowsPerTransaction { get; set; } = 1000;

    /// <summary>Rows read at a time; 1,000 by default.</summary>
    public int RowsPerPage { get; set; } = 1000;

    /// <summary>How long a call waits for other processes' locks before it says that the store is unavailable; 30 s by default.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Characters of text in one row at most, arrays written out included; a greater row is refused. 4 Mi by default.</summary>
    public int MaxRowLength { get; set; } = 4 << 20;

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none. Opens no file.</summary>
    public IReadOnlyList<string> Validate() => [.. Errors()];

    private static string Error(string key, object value, string rule, string remedy) => $"{Section}:{key} = '{value}': {rule}; {remedy}.";

    private IEnumerable<string> Errors()
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return Error(nameof(Path), Path, "must name a file", "set History__Path, for example to ./history.db, or History__Cassandra__ContactPoints for a cluster");
        }
        else if (Path.Contains(":memory:", StringComparison.Ordinal) || Path.StartsWith("file:", StringComparison.Ordinal))
        {
            yield return Error(nameof(Path), Path, "must be a plain path of a file that other processes can open", "set History__Path, for example to ./history.db");
        }
        else if (Path.Contains('\0', StringComparison.Ordinal) || System.IO.Path.EndsInDirectorySeparator(Path) || Directory.Exists(Path))
        {
            yield return Error(nameof(Path), Path, "must name a file, not a directory", "add a file name, for example history.db");
        }

        if (RowsPerTransaction is < 1 or > 100_000)
        {
            yield return Error(nameof(RowsPerTransaction), RowsPerTransaction, "must lie between 1 and 100000", "the default is 1000");
        }

        if (RowsPerPage is < 1 or > 100_000)
        {
            yield return Error(nameof(RowsPerPage), RowsPerPage, "must lie between 1 and 100000", "the default is 1000");
        }

        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > TimeSpan.FromHours(1))
        {
            yield return Error(nameof(BusyTimeout), BusyTimeout, "must lie between 0 and 1 h", "the default is 00:00:30");
        }

        if (MaxRowLength is < 1024 or > 256 << 20)
        {
            yield return Error(nameof(MaxRowLength), MaxRowLength, "must lie between 1024 and 268435456", "the default is 4194304");
        }
    }
}
