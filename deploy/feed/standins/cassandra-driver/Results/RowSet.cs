using System.Collections;

namespace Cassandra;

/// <summary>
/// The answer to a statement: a page of rows, and the way to the next. Enumerating takes rows out. The next page is fetched by
/// <see cref="FetchMoreResultsAsync"/> and is appended to the rows that are left.
/// </summary>
public sealed class RowSet : IEnumerable<Row>, IDisposable
{
    private readonly Queue<RowPage> _pages = [];
    private readonly Func<byte[], Task<RowSet>>? _fetch;
    private readonly bool _autoPage;
    private Task? _fetching;
    private int _taken;
    private int _available;

    internal RowSet(ExecutionInfo info, RowPage? page, byte[]? pagingState, Func<byte[], Task<RowSet>>? fetch)
    {
        Info = info;
        Columns = page?.Metadata.Columns ?? [];
        PagingState = pagingState;
        _fetch = fetch;
        _autoPage = fetch is not null;
        if (page is not null)
        {
            Append(page);
        }
    }

    /// <summary>How the statement was executed.</summary>
    public ExecutionInfo Info { get; private set; }

    /// <summary>The columns.</summary>
    public CqlColumn[] Columns { get; private set; }

    /// <summary>Where the next page begins; null where there is none.</summary>
    public byte[]? PagingState { get; private set; }

    /// <summary>Whether no page is left that <see cref="FetchMoreResultsAsync"/> would fetch; always so without automatic paging.</summary>
    public bool IsFullyFetched => PagingState is null || !_autoPage;

    /// <summary>How many rows can be taken without a fetch.</summary>
    public int GetAvailableWithoutFetching() => Volatile.Read(ref _available);

    /// <summary>Whether no row is left, here or on the server.</summary>
    public bool IsExhausted() => GetAvailableWithoutFetching() == 0 && IsFullyFetched;

    /// <summary>The rows; see <see cref="GetEnumerator"/>.</summary>
    public IEnumerable<Row> GetRows()
    {
        foreach (var row in this)
        {
            yield return row;
        }
    }

    /// <summary>Appends the next page; does nothing where there is none. Calls at one time share one fetch.</summary>
    public Task FetchMoreResultsAsync()
    {
        lock (_pages)
        {
            if (_fetching is { IsCompleted: false })
            {
                return _fetching;
            }

            return _fetching = IsFullyFetched ? Task.CompletedTask : FetchAsync(PagingState!);
        }
    }

    /// <summary>Takes the rows out that are here.</summary>
    /// <exception cref="InvalidOperationException">
    /// All rows here were taken and more pages are left: nothing here waits on a thread, so await <see cref="FetchMoreResultsAsync"/> first.
    /// </exception>
    public IEnumerator<Row> GetEnumerator()
    {
        while (true)
        {
            while (TryTake() is { } row)
            {
                yield return row;
            }

            if (IsFullyFetched)
            {
                yield break;
            }

            throw new InvalidOperationException(
                "More pages are left. Await FetchMoreResultsAsync between pages and take GetAvailableWithoutFetching rows, or page by PagingState.");
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Holds nothing that needs an end.</summary>
    public void Dispose()
    {
    }

    private async Task FetchAsync(byte[] from)
    {
        var next = await _fetch!(from).ConfigureAwait(false);
        lock (_pages)
        {
            Info = next.Info;
            Columns = next.Columns;
            foreach (var page in next._pages)
            {
                Append(page);
            }

            PagingState = next.PagingState;
        }
    }

    private void Append(RowPage page)
    {
        if (page.Rows > 0)
        {
            _pages.Enqueue(page);
            _available += page.Rows;
        }
    }

    private Row? TryTake()
    {
        lock (_pages)
        {
            if (!_pages.TryPeek(out var page))
            {
                return null;
            }

            var row = new Row(page, _taken++);
            _available--;
            if (_taken == page.Rows)
            {
                _pages.Dequeue();
                _taken = 0;
            }

            return row;
        }
    }
}
