using System.Diagnostics;
using System.Globalization;
using Streaming.Testing;

namespace Cassandra.Driver.Tests;

/// <summary>What a row costs the client, beside another client in the same run.</summary>
[Trait("Category", "Bench")]
public sealed class SpeedTests(Database database, ITestOutputHelper output)
{
    private const int Rows = 30_000;
    private const int InFlight = 128;

    [Fact]
    public async Task A_row_costs_less_than_a_fifth_of_what_it_costs_the_Python_driver()
    {
        var table = await database.CreateTableAsync("entity text, day int, at timestamp, v double, w double, name text, PRIMARY KEY ((entity, day), at)");
        var session = await database.OpenAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (entity, day, at, v, w, name) VALUES (?, ?, ?, ?, ?, ?)");
        await WriteAsync(session, insert, Rows / 3);
        var used = Process.GetCurrentProcess().TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        await WriteAsync(session, insert, Rows);
        var ours = (Process.GetCurrentProcess().TotalProcessorTime - used).TotalMicroseconds / Rows;
        var rate = Rows / Stopwatch.GetElapsedTime(began).TotalSeconds;

        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var said = await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "write_rows.py"), TimeSpan.FromMinutes(5), database.ContactPoint, $"{database.Port}", table, $"{Rows}", $"{InFlight}");
        var figures = said.Trim().Split('\n')[^1].Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();

        output.WriteLine($"here: {ours:F1} us of CPU a row, {rate:F0} rows/s; the Python driver: {figures[0]:F1} us, {figures[1]:F0} rows/s");
        Assert.True(ours * 5 < figures[0], $"A row costs {ours:F1} us here and {figures[0]:F1} us in Python.");
        Assert.Equal(Rows, (await database.RunAsync($"SELECT count(*) AS n FROM {table}")).Single().GetValue<long>("n"));
    }

    private static async Task WriteAsync(ISession session, PreparedStatement insert, int rows)
    {
        using var gate = new SemaphoreSlim(InFlight);
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        for (var row = 0; row < rows; row++)
        {
            await gate.WaitAsync();
            var asked = session.ExecuteAsync(insert.Bind($"cow-{row % 100}", row / 10_000, start.AddSeconds(row), row * 1.5, 2.5, "abc"));
            _ = ReleaseAsync(asked, gate);
        }

        for (var left = 0; left < InFlight; left++)
        {
            await gate.WaitAsync();
        }
    }

    private static async Task ReleaseAsync(Task<RowSet> asked, SemaphoreSlim gate)
    {
        await asked;
        gate.Release();
    }
}
