using Streaming.History.Sqlite;

namespace Streaming.History.Tests;

public sealed class SqliteHistoryConformance : HistoryConformance
{
    private readonly TemporaryFolder _folder = new();

    protected override async Task<(IHistoryWriter Writer, IHistoryReader Reader, IAsyncDisposable Closing)> OpenAsync(int rowsPerPage)
    {
        var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = _folder.File("history.db"), RowsPerPage = rowsPerPage, RowsPerTransaction = 100 });
        return (history, history, history);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
