using System.Diagnostics;
using System.Globalization;
using Streaming.History.Cassandra;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.History.Writer;

// write FILE SEED COUNT ORDER PAUSE    writes the rows of a seed in an order of its own, and says how far it is; with a PAUSE in ms between batches
//                                      only half of them, and then it waits to be killed
// measure FILE COUNT                   says how fast rows of the sample's shape are written and read
// measure HOST:PORT KEYSPACE COUNT PID the same with a Cassandra node, which is the process PID, in a keyspace that is made
var culture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["write", var file, var seed, var count, var order, var pause]:
        await WriteAsync(file, int.Parse(seed, culture), int.Parse(count, culture), int.Parse(order, culture), int.Parse(pause, culture));
        return 0;
    case ["measure", var file, var count]:
        await using (var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = file }))
        {
            await Measurement.RunAsync(history, int.Parse(count, culture));
        }

        return 0;
    case ["measure", var contactPoints, var keyspace, var count, var server]:
        await using (var history = await CassandraHistory.OpenAsync(new CassandraHistoryOptions { ContactPoints = contactPoints, Keyspace = keyspace, Migrate = true }))
        {
            await Measurement.RunAsync(history, int.Parse(count, culture), int.Parse(server, culture));
        }

        return 0;
    default:
        await Console.Error.WriteLineAsync("write FILE SEED COUNT ORDER PAUSE | measure FILE COUNT | measure HOST:PORT KEYSPACE COUNT PID");
        return 2;
}

static async Task WriteAsync(string file, int seed, int count, int order, int pause)
{
    var rows = SampleRows.Of(seed, count).ToArray();
    var random = new Random(order);
    random.Shuffle(rows);
    await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = file, RowsPerTransaction = 50 });
    Console.WriteLine("open");
    var end = pause > 0 ? rows.Length / 2 : rows.Length;
    for (var start = 0; start < end;)
    {
        var batch = new ArraySegment<HistoryRow>(rows, start, Math.Min(random.Next(1, 120), end - start));
        var refused = await history.WriteAsync(batch, CancellationToken.None);
        Debug.Assert(refused.Count == 0, "no sample row is ever refused");
        start += batch.Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at {start}"));
        await Task.Delay(pause);
    }

    if (pause > 0)
    {
        await Task.Delay(Timeout.Infinite);
    }

    Console.WriteLine("written");
}
