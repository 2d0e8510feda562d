using System.Text.RegularExpressions;
using Cassandra;
using Streaming.History.Cassandra;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>What docs/HISTORY.md says.</summary>
public sealed partial class DocumentTests(CassandraServer server) : IAsyncLifetime
{
    private const long Start = 1_422_885_600_000; // 2015-02-02T14:00:00Z
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [GeneratedRegex("```cql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [Fact]
    public async Task Each_query_of_the_document_finds_rows()
    {
        await using var history = await CassandraHistory.OpenAsync(await _keyspace.OptionsAsync(), cancellation: Ending);
        Assert.Empty(await history.WriteAsync(Rows(), Ending));
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "HISTORY.md"), Ending);
        var queries = Blocks().Matches(text).SelectMany(block => block.Groups[1].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();

        Assert.InRange(queries.Length, 15, 40);
        foreach (var query in queries)
        {
            // An entity's shard is its own; the document shows one of them.
            var shards = query.Contains("shard = 3", StringComparison.Ordinal) ? Enumerable.Range(0, CassandraTables.Shards) : [3];
            var found = new List<Row>();
            foreach (var shard in shards)
            {
                found.AddRange(await _keyspace.QueryAsync(Tables().Replace(query.Replace("shard = 3", $"shard = {shard}", StringComparison.Ordinal), "FROM {ks}.")));
            }

            Assert.True(found.Count > 0, $"Nothing was found by: {query}");
        }
    }

    [GeneratedRegex("FROM ")]
    private static partial Regex Tables();

    private static HistoryRow[] Rows()
    {
        var samples = SampleRows.Of(seed: 51, count: 300);
        T First<T>()
            where T : HistoryRow => samples.OfType<T>().First();
        return
        [
            First<VectorRow>() with { EntityId = "datatest", BucketStart = Start, FeatureSet = "occupancy", FeatureSetVersion = 1, FeatureSetHash = "h", Features = (double[])[21, 400] },
            First<PredictionRow>() with { EntityId = "datatest", BucketStart = Start, ModelName = "occupancy-lda", ModelVersion = "1" },
            First<LabelRow>() with { EntityId = "datatest", EventTime = Start, EventEnd = Start + 200_000_000, Name = "occupancy" },
            First<FeatureSetRow>() with { Name = "occupancy", Version = 1, Hash = "h", Layout = [new FeatureColumn("temperature", "", "°C"), new FeatureColumn("co2", "", "ppm")] },
            First<DeploymentRow>() with { Deployment = "occupancy" },
            First<JobRow>() with { JobId = "backfill-1" },
        ];
    }
}
