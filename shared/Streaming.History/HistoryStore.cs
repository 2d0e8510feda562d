using Streaming.History.Cassandra;
using Streaming.History.Sqlite;

namespace Streaming.History;

/// <summary>The one place where a history is opened by its options, so that every program finds the same one by the same settings.</summary>
public static class HistoryStore
{
    /// <summary>Opens the history that the options name, making it where it may be made.</summary>
    /// <param name="options">Which one; they break no rule.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The options break rules; every one is named.</exception>
    /// <exception cref="HistoryUnavailableException">It cannot be opened now.</exception>
    /// <exception cref="HistoryUnusableException">No waiting will open it; the message begins with the option that names it.</exception>
    public static async Task<IHistory> OpenAsync(HistoryOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return options.IsCassandra
                ? await CassandraHistory.OpenAsync(options.Cassandra, cancellation: cancellation).ConfigureAwait(false)
                : await SqliteHistory.OpenAsync(options.Sqlite, cancellation).ConfigureAwait(false);
        }
        catch (HistoryUnusableException unusable)
        {
            throw new HistoryUnusableException($"{Place(options)}: {unusable.Message}", unusable);
        }
    }

    /// <summary>Opens a history that is there already: for whoever only reads, a mistyped place must not become an empty history.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public static Task<IHistory> OpenExistingAsync(HistoryOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Cassandra.Migrate = false;
        return options.IsCassandra || options.Validate().Count > 0 || File.Exists(options.Path)
            ? OpenAsync(options, cancellation)
            : throw new HistoryUnusableException($"{Place(options)}: there is no such file; name the one that MonitoringSink writes.");
    }

    private static string Place(HistoryOptions options) => options.IsCassandra
        ? $"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.ContactPoints)} = '{options.Cassandra.ContactPoints}'"
        : $"{HistoryOptions.Section}:{nameof(HistoryOptions.Path)} = '{options.Path}'";
}
