using System.Net;
using System.Text.Json;
using Streaming.Testing;

namespace Cassandra.Driver.Tests;

/// <summary>Values arrive as they were sent, also to and from a client that is not ours.</summary>
public sealed class TypesTests(Database database)
{
    private const string Columns =
        "id text PRIMARY KEY, a ascii, b blob, f boolean, i int, l bigint, s smallint, y tinyint, r float, d double, at timestamp, on_day date, u uuid, tu timeuuid, "
        + "ip inet, ip6 inet, names list<text>, numbers set<int>, scores map<text, double>, nested map<text, frozen<list<int>>>";

    private static readonly DateTimeOffset Moment = new(2024, 2, 29, 23, 59, 59, 123, TimeSpan.Zero);
    private static readonly Guid Uuid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid Time = Guid.Parse("d2177dd0-eaa2-11de-a572-001b779c76e3");

    // One value for each column after the key, in order.
    private static readonly object[] Values =
    [
        "ascii", new byte[] { 0, 1, 254, 255 }, true, int.MinValue, long.MaxValue, short.MinValue, (sbyte)-128, -0.0f, Math.PI, Moment, new LocalDate(1969, 12, 31), Uuid,
        (TimeUuid)Time, IPAddress.Parse("127.255.0.1"), IPAddress.Parse("2001:db8::1"), new List<string> { "b", "a", "b", "ü€😀" }, new SortedSet<int> { -1, 0, 7 },
        new SortedDictionary<string, double> { ["x"] = double.NaN, ["y"] = double.NegativeInfinity },
        new Dictionary<string, List<int>> { ["k"] = [1, 2], ["none"] = [] },
    ];

    [Fact]
    public async Task Every_type_comes_back_as_it_was_written()
    {
        var table = await database.CreateTableAsync(Columns);
        await WriteAsync(table, "mine");

        AssertValues(await ReadAsync(table, "mine"));
    }

    [Fact]
    public async Task Another_client_reads_what_was_written_and_writes_what_is_read()
    {
        var table = await database.CreateTableAsync(Columns);
        await WriteAsync(table, "mine");

        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var output = await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "other_client.py"), TimeSpan.FromMinutes(2), database.ContactPoint, $"{database.Port}", table);

        using var seen = JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{')));
        string Text(string column) => seen.RootElement.GetProperty(column).GetRawText().Trim('"');
        Assert.Equal("ascii", Text("a"));
        Assert.Equal("0001feff", Text("b"));
        Assert.Equal("true", Text("f"));
        Assert.Equal(["-2147483648", "9223372036854775807", "-32768", "-128"], new[] { "i", "l", "s", "y" }.Select(Text));
        Assert.Equal(["-0.0", "3.141592653589793"], new[] { "r", "d" }.Select(Text));
        Assert.Equal("2024-02-29T23:59:59.123000", Text("at"));
        Assert.Equal("1969-12-31", Text("on_day"));
        Assert.Equal([Uuid.ToString(), Time.ToString(), "127.255.0.1", "2001:db8::1"], new[] { "u", "tu", "ip", "ip6" }.Select(Text));
        Assert.Equal(["b", "a", "b", "ü€😀"], seen.RootElement.GetProperty("names").Deserialize<string[]>()!);
        Assert.Equal([-1, 0, 7], seen.RootElement.GetProperty("numbers").Deserialize<int[]>()!);
        Assert.Equal("x=nan,y=-inf", Text("scores"));
        Assert.Equal("k=[1, 2],none=[]", Text("nested"));
        AssertValues(await ReadAsync(table, "theirs"));
    }

    [Fact]
    public async Task A_value_that_is_not_there_is_null_and_no_number_is_made_of_it()
    {
        var table = await database.CreateTableAsync(Columns);
        var session = await database.OpenAsync();
        await session.ExecuteAsync(new SimpleStatement($"INSERT INTO {table} (id) VALUES (?)", "empty"));

        var row = await ReadAsync(table, "empty");

        Assert.All(row.Columns.Skip(1), column => Assert.True(row.IsNull(column.Name)));
        Assert.Null(row.GetValue<string>("a"));
        Assert.Null(row.GetValue<double?>("d"));
        Assert.Null(row.GetValue<DateTimeOffset?>("at"));
        Assert.Null(row.GetValue<IDictionary<string, double>>("scores"));
        Assert.ThrowsAny<Exception>(() => row.GetValue<double>("d"));
    }

    [Fact]
    public async Task Counters_count()
    {
        var table = await database.CreateTableAsync("id text PRIMARY KEY, n counter");
        var session = await database.OpenAsync();
        var add = await session.PrepareAsync($"UPDATE {table} SET n = n + ? WHERE id = ?");
        await session.ExecuteAsync(add.Bind(5L, "a"));
        await session.ExecuteAsync(add.Bind(-2L, "a"));

        Assert.Equal(3L, (await database.RunAsync($"SELECT n FROM {table}")).Single().GetValue<long>("n"));
    }

    [Fact]
    public async Task A_value_of_another_type_than_its_column_is_refused_before_it_is_sent()
    {
        var table = await database.CreateTableAsync("id text PRIMARY KEY, n int");
        var session = await database.OpenAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (id, n) VALUES (?, ?)");

        await Assert.ThrowsAsync<InvalidTypeException>(async () => await session.ExecuteAsync(insert.Bind("a", "not a number")));

        await session.ExecuteAsync(insert.Bind("b", 1));
        Assert.Single(await database.RunAsync($"SELECT id FROM {table}"));
    }

    private async Task WriteAsync(string table, string id)
    {
        var session = await database.OpenAsync();
        var columns = string.Join(", ", Columns.Split(',').Select(column => column.Trim().Split(' ')[0]).Where(name => !name.EndsWith('>')));
        var insert = await session.PrepareAsync($"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", Enumerable.Repeat("?", Values.Length + 1))})");
        await session.ExecuteAsync(insert.Bind([id, .. Values]));
    }

    private async Task<Row> ReadAsync(string table, string id)
    {
        var session = await database.OpenAsync();
        var select = await session.PrepareAsync($"SELECT * FROM {table} WHERE id = ?");
        return (await session.ExecuteAsync(select.Bind(id))).Single();
    }

    private static void AssertValues(Row row)
    {
        Assert.Equal("ascii", row.GetValue<string>("a"));
        Assert.Equal(new byte[] { 0, 1, 254, 255 }, row.GetValue<byte[]>("b"));
        Assert.True(row.GetValue<bool>("f"));
        Assert.Equal(int.MinValue, row.GetValue<int>("i"));
        Assert.Equal(long.MaxValue, row.GetValue<long>("l"));
        Assert.Equal(short.MinValue, row.GetValue<short>("s"));
        Assert.Equal((sbyte)-128, row.GetValue<sbyte>("y"));
        Assert.Equal(BitConverter.SingleToInt32Bits(-0.0f), BitConverter.SingleToInt32Bits(row.GetValue<float>("r")));
        Assert.Equal(Math.PI, row.GetValue<double>("d"));
        Assert.Equal(Moment, row.GetValue<DateTimeOffset>("at"));
        Assert.Equal(new LocalDate(1969, 12, 31), row.GetValue<LocalDate>("on_day"));
        Assert.Equal(Uuid, row.GetValue<Guid>("u"));
        Assert.Equal(Time, row.GetValue<TimeUuid>("tu").ToGuid());
        Assert.Equal(IPAddress.Parse("127.255.0.1"), row.GetValue<IPAddress>("ip"));
        Assert.Equal(IPAddress.Parse("2001:db8::1"), row.GetValue<IPAddress>("ip6"));
        Assert.Equal(["b", "a", "b", "ü€😀"], row.GetValue<List<string>>("names"));
        Assert.Equal([-1, 0, 7], row.GetValue<IEnumerable<int>>("numbers"));
        var scores = row.GetValue<IDictionary<string, double>>("scores");
        Assert.Equal(["x", "y"], scores.Keys);
        Assert.True(double.IsNaN(scores["x"]));
        Assert.Equal(double.NegativeInfinity, scores["y"]);
        var nested = row.GetValue<IDictionary<string, IEnumerable<int>>>("nested");
        Assert.Equal([1, 2], nested["k"]);
        Assert.Empty(nested["none"]);
    }
}
