using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Streaming.History.Sqlite;

/// <summary>Brings the file's tables to this program's version: the scripts <c>Migrations/NNN_*.sql</c>, each once, in order.</summary>
internal static class SqliteMigrations
{
    /// <summary>Marks a file as a history ("STRH").</summary>
    private const int ApplicationId = 0x53545248;

    /// <summary>Applies what is missing. Any number of processes may do so at once: one goes first, and the others find it done.</summary>
    public static void Apply(SqliteConnection connection, string path)
    {
        var scripts = Scripts();
        if (SqliteDatabase.Scalar(connection, "PRAGMA application_id") == ApplicationId && SqliteDatabase.Scalar(connection, "PRAGMA user_version") == scripts.Count)
        {
            return; // without a lock, so that whoever only reads need not wait for a writer
        }

        SqliteDatabase.Execute(connection, "PRAGMA page_size = 8192");
        SqliteDatabase.Execute(connection, "PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction(deferred: false);
        var application = SqliteDatabase.Scalar(connection, "PRAGMA application_id");
        var version = SqliteDatabase.Scalar(connection, "PRAGMA user_version");
        var empty = SqliteDatabase.Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !empty)
        {
            throw new HistoryUnusableException($"'{path}' is a SQLite file of another program (application_id = {application}); name another with {SqliteHistoryOptions.Section}__{nameof(SqliteHistoryOptions.Path)}.");
        }

        if (version > scripts.Count)
        {
            throw new HistoryUnusableException($"the history '{path}' has tables of version {version}, and this program knows versions up to {scripts.Count}; use the newer program, or another file.");
        }

        foreach (var (number, text) in scripts.Where(script => script.Number > version))
        {
            SqliteDatabase.Execute(connection, text);
            SqliteDatabase.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}; PRAGMA application_id = {ApplicationId};"));
        }

        transaction.Commit();
    }

    private static List<(int Number, string Text)> Scripts()
    {
        var assembly = typeof(SqliteMigrations).Assembly;
        var scripts = new List<(int Number, string Text)>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            scripts.Add((int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), reader.ReadToEnd()));
        }

        return scripts;
    }
}
