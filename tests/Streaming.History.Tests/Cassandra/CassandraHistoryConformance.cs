using Streaming.History.Cassandra;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

public sealed class CassandraHistoryConformance(CassandraServer server) : HistoryConformance
{
    private readonly CassandraKeyspace _keyspace = new(server);

    protected override async Task<(IHistoryWriter Writer, IHistoryReader Reader, IAsyncDisposable Closing)> OpenAsync(int rowsPerPage)
    {
        var options = await _keyspace.OptionsAsync();
        options.RowsPerPage = rowsPerPage;
        var history = await CassandraHistory.OpenAsync(options);
        return (history, history, history);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _keyspace.DisposeAsync();
    }
}
