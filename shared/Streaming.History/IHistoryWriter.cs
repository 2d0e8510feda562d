using Streaming.History.Rows;

namespace Streaming.History;

/// <summary>Writes the history. Safe to call from many threads; any number of processes may write the same store, and the same rows, at once.</summary>
public interface IHistoryWriter
{
    /// <summary>Makes rows durable. Writing a row that is there changes nothing.</summary>
    /// <param name="rows">Rows of any kinds, in any order.</param>
    /// <param name="cancellation">Gives up between two parts: some rows may be written then, and may be written again.</param>
    /// <returns>The rows that the store can never take, in their order: all others are durable. Empty as a rule.</returns>
    /// <exception cref="HistoryUnavailableException">The store cannot take anything now. Some rows may be written; try all of them again later.</exception>
    /// <exception cref="HistoryUnusableException">The store is not as it must be, and no waiting mends it.</exception>
    Task<IReadOnlyList<RefusedRow>> WriteAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation);
}

/// <summary>A row that a store can never take.</summary>
/// <param name="Index">Its position among the rows given.</param>
/// <param name="Reason">The store's rule, and the value that broke it.</param>
public readonly record struct RefusedRow(int Index, string Reason);
