using System.Globalization;
using System.Text.RegularExpressions;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>What writing and reading costs us, beside the Python driver's best in the same run.</summary>
[Trait("Category", "Bench")]
public sealed partial class CassandraBenchmark(CassandraServer server) : IClassFixture<CassandraServer>
{
    private const int Rows = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [GeneratedRegex(@"^(?<what>[^:]+): (?<rows>\d+) rows, (?<rate>\d+) rows/s.*?(?<cpu>[\d.]+) us of CPU a row", RegexOptions.Multiline)]
    private static partial Regex Line();

    [Fact]
    public async Task A_row_costs_us_less_than_a_fifth_of_what_it_costs_the_Python_driver_at_its_best()
    {
        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var address = await server.StartAsync();
        var keyspace = CassandraServer.Unique("bench")[..30];
        var before = ServerTime();
        await using var ours = await ChildProcess.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Streaming.History.Writer.dll"), "measure", address, keyspace, (Rows / 3).ToString(CultureInfo.InvariantCulture)], Patience);
        Assert.True(ours.ExitCode == 0, ours.Output);
        var used = ServerTime() - before;
        var theirs = await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "bench_cassandra.py"), Patience, server.ContactPoints[0], server.Port.ToString(CultureInfo.InvariantCulture), keyspace, (Rows / 3).ToString(CultureInfo.InvariantCulture));

        TestContext.Current.SendDiagnosticMessage($"{ours.Output}\nserver: {used.TotalSeconds:F1} s of CPU\npython:\n{theirs}");
        var mine = Cost(ours.Output)["write"];
        var best = Cost(theirs).Values.Min();
        Assert.True(mine < best / 5, $"{mine} us of CPU a row against {best}:\n{ours.Output}\n{theirs}");
    }

    private static Dictionary<string, double> Cost(string output) => Line().Matches(output)
        .ToDictionary(line => line.Groups["what"].Value, line => double.Parse(line.Groups["cpu"].Value, CultureInfo.InvariantCulture));

    private TimeSpan ServerTime()
    {
        using var process = System.Diagnostics.Process.GetProcessById(server.ProcessOf());
        return process.TotalProcessorTime;
    }
}
