using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Cassandra;

/// <summary>The commands of docs/HISTORY.md, word for word but for the places of the cluster.</summary>
public sealed class HistoryPageTests(EmbeddedRun embedded, CassandraServer cassandra) : IDisposable
{
    private const string Indent = "    ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-page-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_command_of_the_page_does_what_it_is_there_for()
    {
        var place = await HistoryCopy.MakeAsync(embedded, cassandra);
        var commands = (await File.ReadAllLinesAsync(Repository.PathOf("docs", "HISTORY.md"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith(Indent, StringComparison.Ordinal)).Select(line => line.Trim()).Where(line => line.StartsWith("export ", StringComparison.Ordinal) || line.Contains("streaming ", StringComparison.Ordinal)).ToArray();
        Assert.InRange(commands.Length, 7, 20);
        string[] script =
        [
            "set -euo pipefail", $"streaming() {{ dotnet '{Builds.Of("Cli", "streaming")}' \"$@\"; }}", $"export History__Cassandra__Keyspace={place.Keyspace}",
            .. commands.Select(command => command.Replace("cassandra-1:9042,cassandra-2:9042", place.ContactPoints, StringComparison.Ordinal).Replace("dc1:3", "datacenter1:1", StringComparison.Ordinal)),
        ];

        await using var run = await ChildProcess.RunAsync("bash", ["-c", string.Join('\n', script)], Patience, folder: _folder.FullName);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains($"keyspace {place.Keyspace}: up to date", run.Output, StringComparison.Ordinal);
        Assert.Contains("temperature", run.Output, StringComparison.Ordinal);
        Assert.Contains("labels       occupancy:", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "day.csv.manifest.json")));
    }
}
