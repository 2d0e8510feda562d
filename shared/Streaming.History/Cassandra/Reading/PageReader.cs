using System.Runtime.CompilerServices;
using Cassandra;

namespace Streaming.History.Cassandra.Reading;

/// <summary>Reads what statements find, page by page, and begins with the next statements before they are reached.</summary>
internal static class PageReader
{
    private const int MostAhead = 16;

    /// <summary>The rows of one statement.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="statement">What is asked.</param>
    /// <param name="rowsPerPage">How many rows are fetched at a time.</param>
    /// <param name="cancellation">Asked before each row.</param>
    public static IAsyncEnumerable<Row> ReadAsync(CassandraConnection connection, BoundStatement statement, int rowsPerPage, CancellationToken cancellation) =>
        RestAsync(connection, statement, FetchAsync(connection, statement, rowsPerPage, null, cancellation), rowsPerPage, cancellation);

    /// <summary>The rows of many statements, one after the other; more of them are asked ahead the more are taken, 16 at most.</summary>
    public static async IAsyncEnumerable<Row> ReadAsync(
        CassandraConnection connection, IAsyncEnumerable<BoundStatement> statements, int rowsPerPage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = new Queue<(BoundStatement Statement, Task<RowSet> First)>();
        var taken = 0;
        await using var source = statements.GetAsyncEnumerator(cancellation);
        var more = true;
        while (true)
        {
            while (more && ahead.Count <= Math.Min(taken, MostAhead))
            {
                more = await source.MoveNextAsync().ConfigureAwait(false);
                if (more)
                {
                    ahead.Enqueue((source.Current, FetchAsync(connection, source.Current, rowsPerPage, null, cancellation)));
                }
            }

            if (!ahead.TryDequeue(out var next))
            {
                yield break;
            }

            taken++;
            await foreach (var row in RestAsync(connection, next.Statement, next.First, rowsPerPage, cancellation).ConfigureAwait(false))
            {
                yield return row;
            }
        }
    }

    private static async IAsyncEnumerable<Row> RestAsync(
        CassandraConnection connection, BoundStatement statement, Task<RowSet> first, int rowsPerPage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var page = first; page is not null;)
        {
            var rows = await page.ConfigureAwait(false);
            page = rows.PagingState is { } state ? FetchAsync(connection, statement, rowsPerPage, state, cancellation) : null;
            foreach (var row in rows)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return row;
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }

    // A statement is changed by its page, and may be on its way still: each page has its own.
    private static Task<RowSet> FetchAsync(CassandraConnection connection, BoundStatement statement, int rowsPerPage, byte[]? state, CancellationToken cancellation)
    {
        var page = statement.PreparedStatement.Bind(statement.QueryValues);
        page.SetPageSize(rowsPerPage).SetAutoPage(false).SetIdempotence(true);
        return connection.ExecuteAsync(state is null ? page : page.SetPagingState(state), cancellation);
    }
}
