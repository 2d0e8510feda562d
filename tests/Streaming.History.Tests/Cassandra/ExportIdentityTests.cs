using Streaming.History.Cassandra;
using Streaming.History.Export;
using Streaming.History.Sqlite;
using Streaming.History.Tests.Export;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>Whoever moves from a file to a cluster gets the same training sets.</summary>
public sealed class ExportIdentityTests(CassandraServer server) : IAsyncLifetime
{
    private const int Queries = 12;
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [Fact]
    public async Task The_same_history_in_a_file_and_in_a_cluster_exports_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var rows = new ExportCase(seed: 71).Rows;
        await using var file = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = folder.File("history.db") }, Ending);
        await using var cluster = await CassandraHistory.OpenAsync(await _keyspace.OptionsAsync(), cancellation: Ending);
        Assert.Empty(await file.WriteAsync(rows, Ending));
        Assert.Empty(await cluster.WriteAsync([.. rows.Reverse()], Ending));

        var longest = 0;
        foreach (var query in Enumerable.Range(71, Queries).Select(seed => new ExportCase(seed).Query))
        {
            foreach (var format in Enum.GetValues<ExportFormat>())
            {
                var expected = await ExportCase.BytesAsync(file, query, format);
                Assert.Equal(expected, await ExportCase.BytesAsync(cluster, query, format));
                longest = Math.Max(longest, expected.Length);
            }
        }

        Assert.True(longest > 5000, "the exports hold something");
    }
}
