using Microsoft.Data.Sqlite;

namespace Streaming.History.Sqlite;

/// <summary>The file: how it is opened, and what its errors mean.</summary>
internal sealed class SqliteDatabase
{
    // SQLite's result codes.
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;

    private readonly string _connection;

    public SqliteDatabase(SqliteHistoryOptions options)
    {
        Options = options;
        _connection = new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Pooling = false, // a connection is kept for as long as it is of use, and then the file must be free
            DefaultTimeout = 1, // seconds; waiting longer is done here, where it can be cancelled
        }.ToString();
    }

    public SqliteHistoryOptions Options { get; }

    /// <summary>A connection that waits for locks inside SQLite, whose waits are short, rather than in the driver, which sleeps.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 1000");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements; the driver leaves out what stands behind one that gives rows, as some pragmas do.</summary>
    public static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public static long Scalar(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Runs work off the caller's thread, again and again while other processes hold locks, and gives other errors their meaning.</summary>
    /// <param name="work">May run more than once, each time from its start.</param>
    /// <param name="cancellation">Asked before each run.</param>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await Task.Run(work, cancellation).ConfigureAwait(false);
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode is Busy or Locked
                && TimeProvider.System.GetElapsedTime(started) < Options.BusyTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20)), cancellation).ConfigureAwait(false);
            }
            catch (SqliteException exception)
            {
                throw Meaning(exception);
            }
        }
    }

    /// <summary>Whether an error of a writing statement is about its row alone.</summary>
    public static bool RefusesRow(SqliteException exception) => exception.SqliteErrorCode is TooBig or Constraint or Mismatch;

    private HistoryException Meaning(SqliteException exception)
    {
        var code = $"SQLite error {exception.SqliteExtendedErrorCode}";
        return exception.SqliteErrorCode switch
        {
            Busy or Locked or Protocol => new HistoryUnavailableException(
                $"the history '{Options.Path}' was locked by other processes for {Options.BusyTimeout} ({code}); it is tried again. Should it last, look for a program that holds a transaction open.", exception),
            Full => new HistoryUnavailableException($"there is no space left for the history '{Options.Path}' ({code}); it is tried again. Make space.", exception),
            InputOutput => new HistoryUnavailableException($"the disk of the history '{Options.Path}' fails ({code}: {exception.Message}); it is tried again. Check the disk.", exception),
            CannotOpen => new HistoryUnavailableException($"the history '{Options.Path}' cannot be opened ({code}); it is tried again. Check that its directory exists and may be written.", exception),
            ReadOnly => new HistoryUnusableException($"the history '{Options.Path}' may not be written ({code}); give this process's user the right to write the file and its directory.", exception),
            _ => new HistoryUnusableException($"the history '{Options.Path}' cannot be used ({code}: {exception.Message}); check the file with 'sqlite3 FILE \"PRAGMA integrity_check\"', or name another with {SqliteHistoryOptions.Section}__{nameof(SqliteHistoryOptions.Path)}.", exception),
        };
    }
}
