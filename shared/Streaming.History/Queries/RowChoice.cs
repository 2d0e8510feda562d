namespace Streaming.History.Queries;

/// <summary>Chooses among rows that a store gives in the order of identity, revision and origin, or its reverse.</summary>
internal static class RowChoice
{
    /// <summary>Of each identity the row that is last by revision and origin.</summary>
    public static IAsyncEnumerable<TRow> Counting<TRow, TIdentity>(this IAsyncEnumerable<TRow> rows, bool newestFirst, Func<TRow, TIdentity> identity)
        where TRow : class
        where TIdentity : struct, IEquatable<TIdentity> =>
        newestFirst ? FirstOfEach(rows, identity) : LastOfEach(rows, identity);

    /// <summary>At most so many rows; null for all.</summary>
    public static async IAsyncEnumerable<TRow> Limited<TRow>(this IAsyncEnumerable<TRow> rows, int? limit)
    {
        var left = limit ?? long.MaxValue;
        if (left <= 0)
        {
            yield break;
        }

        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return row;
            if (--left == 0)
            {
                yield break;
            }
        }
    }

    private static async IAsyncEnumerable<TRow> FirstOfEach<TRow, TIdentity>(IAsyncEnumerable<TRow> rows, Func<TRow, TIdentity> identity)
        where TIdentity : struct, IEquatable<TIdentity>
    {
        TIdentity? current = null;
        await foreach (var row in rows.ConfigureAwait(false))
        {
            var next = identity(row);
            if (current is not { } known || !next.Equals(known))
            {
                current = next;
                yield return row;
            }
        }
    }

    private static async IAsyncEnumerable<TRow> LastOfEach<TRow, TIdentity>(IAsyncEnumerable<TRow> rows, Func<TRow, TIdentity> identity)
        where TRow : class
        where TIdentity : struct, IEquatable<TIdentity>
    {
        TRow? pending = null;
        await foreach (var row in rows.ConfigureAwait(false))
        {
            if (pending is not null && !identity(row).Equals(identity(pending)))
            {
                yield return pending;
            }

            pending = row;
        }

        if (pending is not null)
        {
            yield return pending;
        }
    }
}
