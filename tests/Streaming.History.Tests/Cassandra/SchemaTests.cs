using Streaming.History.Cassandra;
using Streaming.History.Cassandra.Schema;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

public sealed class SchemaTests(CassandraServer server) : IAsyncLifetime
{
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    private static MigrationScript Script(int number, int compatible, string statements) =>
        MigrationScript.Parse($"{number:000}_test.cql", $"-- compatible: {compatible}\n{statements};\n");

    private Task<IReadOnlyList<string>> MigrateAsync(CassandraHistoryOptions options, params MigrationScript[] scripts) =>
        CassandraHistory.MigrateAsync(options, scripts, TimeProvider.System, Ending);

    [Fact]
    public async Task Many_who_begin_at_once_make_the_tables_once_and_later_ones_find_them_made()
    {
        var options = await _keyspace.OptionsAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => CassandraHistory.MigrateAsync(options, cancellation: Ending))));

        Assert.Equal(["001_history.cql"], applied.SelectMany(names => names));
        Assert.Empty(await CassandraHistory.MigrateAsync(options, cancellation: Ending));
        var noted = await _keyspace.QueryAsync("SELECT number, name, checksum FROM {ks}.schema_migrations WHERE history = 'history'");
        Assert.Equal((1, "001_history.cql", MigrationScript.All[0].Checksum), (noted.Single().GetValue<int>(0), noted[0].GetValue<string>(1), noted[0].GetValue<string>(2)));
        Assert.Empty(await _keyspace.QueryAsync("SELECT owner FROM {ks}.schema_lock"));
    }

    [Fact]
    public async Task Tables_that_are_missing_older_newer_or_changed_are_refused_with_what_to_do()
    {
        var options = await _keyspace.OptionsAsync();
        options.Migrate = false;
        var none = await Assert.ThrowsAsync<HistoryUnusableException>(() => CassandraHistory.OpenAsync(options, cancellation: Ending));
        Assert.Contains("has no keyspace", none.Message, StringComparison.Ordinal);
        Assert.Contains("run 'streaming history migrate'", none.Message, StringComparison.Ordinal);

        await MigrateAsync(options, Script(0, 0, "CREATE TABLE IF NOT EXISTS early (a int PRIMARY KEY)"));
        var older = await Assert.ThrowsAsync<HistoryUnusableException>(() => CassandraHistory.OpenAsync(options, cancellation: Ending));
        Assert.Contains("has tables of version 0, and this program needs version 1 (001_history.cql is missing); run 'streaming history migrate'", older.Message, StringComparison.Ordinal);

        await CassandraHistory.MigrateAsync(options, cancellation: Ending);
        await MigrateAsync(options, [.. MigrationScript.All, Script(2, 1, "ALTER TABLE vectors ADD IF NOT EXISTS note text")]);
        await using (await CassandraHistory.OpenAsync(options, cancellation: Ending))
        {
        }

        await MigrateAsync(options, [.. MigrationScript.All, Script(2, 1, "ALTER TABLE vectors ADD IF NOT EXISTS note text"), Script(3, 3, "ALTER TABLE vectors ADD IF NOT EXISTS more text")]);
        var newer = await Assert.ThrowsAsync<HistoryUnusableException>(() => CassandraHistory.OpenAsync(options, cancellation: Ending));
        Assert.Contains("has tables of version 3, which only programs that know version 3 may use, and this one knows versions up to 1; use the newer program", newer.Message, StringComparison.Ordinal);

        var changed = await Assert.ThrowsAsync<HistoryUnusableException>(() => MigrateAsync(options, [.. MigrationScript.All, Script(2, 1, "ALTER TABLE vectors ADD IF NOT EXISTS other text")]));
        Assert.Contains("was made by a 002_test.cql with another text", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_chooses_the_compaction_also_of_tables_that_are_there()
    {
        var options = await _keyspace.OptionsAsync();
        await CassandraHistory.MigrateAsync(options, cancellation: Ending);
        Assert.DoesNotContain("TimeWindow", (await CompactionAsync())["class"], StringComparison.Ordinal);

        options.Retention = TimeSpan.FromDays(90);
        await CassandraHistory.MigrateAsync(options, cancellation: Ending);

        var compaction = await CompactionAsync();
        Assert.EndsWith("TimeWindowCompactionStrategy", compaction["class"], StringComparison.Ordinal);
        Assert.Equal(("4", "DAYS"), (compaction["compaction_window_size"], compaction["compaction_window_unit"]));
    }

    [Theory]
    [InlineData("1", "CREATE KEYSPACE IF NOT EXISTS streaming WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")]
    [InlineData("dc1:3,eu-west.2:2", "CREATE KEYSPACE IF NOT EXISTS streaming WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3, 'eu-west.2': 2}")]
    public void A_keyspace_is_made_for_development_or_for_data_centres(string replication, string statement) =>
        Assert.Equal(statement, CassandraMigrations.KeyspaceStatement(new CassandraHistoryOptions { ContactPoints = "a", Replication = replication }));

    private async Task<IDictionary<string, string>> CompactionAsync() => (await _keyspace.QueryAsync(
        "SELECT compaction FROM system_schema.tables WHERE keyspace_name = '{ks}' AND table_name = 'vectors'")).Single().GetValue<IDictionary<string, string>>(0);
}
