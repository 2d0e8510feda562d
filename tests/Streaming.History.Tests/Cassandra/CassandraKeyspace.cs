using Cassandra;
using Streaming.History.Cassandra;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>A keyspace of one test's own, made when it is first asked for and dropped at the end.</summary>
internal sealed class CassandraKeyspace(CassandraServer server) : IAsyncDisposable
{
    private readonly string _name = CassandraServer.Unique("history")[..40];
    private Cluster? _cluster;
    private ISession? _session;
    private bool _used;

    /// <summary>Options that name it, and make its tables.</summary>
    public async Task<CassandraHistoryOptions> OptionsAsync()
    {
        var address = await server.StartAsync();
        _used = true;
        return new CassandraHistoryOptions { ContactPoints = address, Keyspace = _name, Migrate = true, RequestTimeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The same cluster past the project's own code.</summary>
    public async Task<ISession> SessionAsync()
    {
        await server.StartAsync();
        _cluster ??= Cluster.Builder().AddContactPoints(server.ContactPoints).WithPort(server.Port).WithSocketOptions(new SocketOptions().SetReadTimeoutMillis(60_000)).Build();
        return _session ??= await _cluster.ConnectAsync();
    }

    /// <summary>The rows of a statement about this keyspace, in which <c>{ks}</c> stands for it.</summary>
    public async Task<List<Row>> QueryAsync(string text, params object[] values) =>
        [.. await (await SessionAsync()).ExecuteAsync(new SimpleStatement(text.Replace("{ks}", _name, StringComparison.Ordinal), values).SetConsistencyLevel(ConsistencyLevel.LocalQuorum).SetPageSize(5000))];

    /// <summary>Every cell and write time of every row that came from a record, read past the project's own reader: one line each, in order.</summary>
    public async Task<List<string>> DigestsAsync()
    {
        var lines = new List<string>();
        foreach (var (table, written) in new[] { ("vectors", "reading_count"), ("predictions", "prediction_id"), ("labels", "value"), ("deployments", "actor"), ("jobs", "kind"), ("feature_sets", "content") })
        {
            var columns = (await QueryAsync("SELECT column_name FROM system_schema.columns WHERE keyspace_name = '{ks}' AND table_name = '" + table + "'")).Select(row => row.GetValue<string>(0)).ToArray();
            var rows = await QueryAsync($"SELECT {string.Join(", ", columns)}, writetime({written}) FROM {{ks}}.{table}");
            lines.AddRange(rows.Select(row => $"{table} {string.Join(" | ", row.Select(Text))}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>The same in short.</summary>
    public async Task<string> DigestAsync() =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', await DigestsAsync()))));

    public async ValueTask DisposeAsync()
    {
        if (_used)
        {
            try
            {
                await QueryAsync("DROP KEYSPACE IF EXISTS {ks}");
            }
            catch (ServerErrorException)
            {
                // A node that came back a moment ago may not know every table yet. The test is over, and the cluster goes with its folder.
            }
        }

        if (_cluster is not null)
        {
            await _cluster.ShutdownAsync();
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        System.Collections.IDictionary map => string.Join(",", map.Keys.Cast<object>().Select(key => $"{key}={Text(map[key])}").Order(StringComparer.Ordinal)),
        System.Collections.IEnumerable items => $"[{string.Join(",", items.Cast<object>().Select(Text))}]",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}"),
    };
}
