using System.Collections.Concurrent;
using Cassandra;

namespace Streaming.History.Cassandra.Reading;

/// <summary>Statements that were prepared once, by their text.</summary>
internal sealed class Statements(CassandraConnection connection)
{
    private readonly ConcurrentDictionary<string, PreparedStatement> _prepared = new(StringComparer.Ordinal);

    /// <summary>A statement with its values.</summary>
    /// <exception cref="HistoryException">It cannot be prepared.</exception>
    public async Task<BoundStatement> BindAsync(string text, CancellationToken cancellation, params object?[] values)
    {
        if (!_prepared.TryGetValue(text, out var prepared))
        {
            prepared = await connection.PrepareAsync(text, cancellation).ConfigureAwait(false);
            _prepared.TryAdd(text, prepared);
        }

        return prepared.Bind(values);
    }
}
