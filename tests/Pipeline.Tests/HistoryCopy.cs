using Streaming.History.Cassandra;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>The history of the embedded run, in a keyspace of its own.</summary>
internal static class HistoryCopy
{
    /// <returns>The contact points, and the keyspace.</returns>
    public static async Task<CassandraHistoryOptions> MakeAsync(EmbeddedRun embedded, CassandraServer cassandra)
    {
        var ending = TestContext.Current.CancellationToken;
        var place = new CassandraHistoryOptions
        {
            ContactPoints = await cassandra.StartAsync(),
            Keyspace = CassandraServer.Unique("copy")[..36],
            Migrate = true,
            RequestTimeout = TimeSpan.FromSeconds(30),
        };
        await using var from = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = await embedded.HistoryAsync() }, ending);
        await using var into = await CassandraHistory.OpenAsync(place, cancellation: ending);
        await CopyAsync(from.FeatureSetsAsync(cancellation: ending), into);
        await CopyAsync(from.VectorsAsync(new VectorQuery { Revisions = Revisions.All }, ending), into);
        await CopyAsync(from.PredictionsAsync(new PredictionQuery { Revisions = Revisions.All }, ending), into);
        await CopyAsync(from.LabelsAsync(new LabelQuery(), ending), into);
        return place;
    }

    private static async Task CopyAsync<TRow>(IAsyncEnumerable<TRow> rows, CassandraHistory into)
        where TRow : HistoryRow
    {
        var all = new List<HistoryRow>();
        await foreach (var row in rows)
        {
            all.Add(row);
        }

        Assert.Empty(await into.WriteAsync(all, TestContext.Current.CancellationToken));
    }
}
