using System.Globalization;
using System.Text.RegularExpressions;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>What writing costs us and how busy it keeps the server, beside the Python driver's best in the same run.</summary>
[Trait("Category", "Bench")]
public sealed partial class CassandraBenchmark(CassandraServer server) : IClassFixture<CassandraServer>
{
    private const int Rows = 60_000;
    private const double LeastShare = 80;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [GeneratedRegex(@"^(?<what>[^:]+): .*?(?<cpu>[\d.]+) us of CPU a row(, (?<share>[\d.]+) %)?", RegexOptions.Multiline)]
    private static partial Regex Line();

    [Fact]
    public async Task The_server_is_kept_busy_for_less_than_a_fifth_of_what_a_row_costs_the_Python_driver_at_its_best()
    {
        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var address = await server.StartAsync();
        var keyspace = CassandraServer.Unique("bench")[..30];
        var third = (Rows / 3).ToString(CultureInfo.InvariantCulture);
        await using var ours = await ChildProcess.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Streaming.History.Writer.dll"), "measure", address, keyspace, third, server.ProcessOf().ToString(CultureInfo.InvariantCulture)],
            Patience);
        Assert.True(ours.ExitCode == 0, ours.Output);
        var theirs = await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "bench_cassandra.py"), Patience, server.ContactPoints[0], server.Port.ToString(CultureInfo.InvariantCulture), keyspace, Rows.ToString(CultureInfo.InvariantCulture));

        TestContext.Current.SendDiagnosticMessage($"{ours.Output}\npython:\n{theirs}");
        var lines = Line().Matches(ours.Output).ToDictionary(line => line.Groups["what"].Value);
        var mine = Number(lines["write vectors"], "cpu");
        var best = Line().Matches(theirs).Min(line => Number(line, "cpu"));
        Assert.True(mine < best / 5, $"{mine} us of CPU a row against {best}:\n{ours.Output}\n{theirs}");
        Assert.True(Number(lines["server of write vectors"], "share") >= LeastShare, ours.Output);
    }

    private static double Number(Match line, string name) => double.Parse(line.Groups[name].Value, CultureInfo.InvariantCulture);
}
