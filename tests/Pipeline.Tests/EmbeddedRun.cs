using System.Text.Json;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.Pipeline.Tests;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RegistryServer))]
[assembly: AssemblyFixture(typeof(CassandraServer))]
[assembly: AssemblyFixture(typeof(EmbeddedRun))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Streaming.Pipeline.Tests;

/// <summary>The main job on embedded parts, run once for all tests as a user would, with what it printed and kept.</summary>
public sealed class EmbeddedRun : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    private readonly SemaphoreSlim _once = new(1);
    private DirectoryInfo? _folder;
    private JsonElement? _result;
    private List<PredictionRow>? _predictions;

    /// <summary>The last line that it printed.</summary>
    public async Task<JsonElement> ResultAsync()
    {
        await RunAsync();
        return _result!.Value;
    }

    /// <summary>The predictions that it kept.</summary>
    internal async Task<IReadOnlyList<PredictionRow>> PredictionsAsync()
    {
        await RunAsync();
        return _predictions!;
    }

    /// <summary>The history's file.</summary>
    public async Task<string> HistoryAsync()
    {
        await RunAsync();
        return HistoryFile;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder?.Delete(recursive: true);
        _once.Dispose();
        return ValueTask.CompletedTask;
    }

    private string HistoryFile => Path.Combine(_folder!.FullName, "run", "history.db");

    private async Task RunAsync()
    {
        await _once.WaitAsync();
        try
        {
            if (_result is not null)
            {
                return;
            }

            _folder = Directory.CreateTempSubdirectory("streaming-embedded-");
            await using var run = await ChildProcess.RunAsync(
                "dotnet",
                [Builds.Of("Local"), "--once", "--keep", _folder.FullName],
                Timeout,
                new Dictionary<string, string?> { ["STREAMING_HOME"] = Repository.Root });
            var log = Path.Combine(_folder.FullName, "run", "services.log");
            Assert.True(run.ExitCode == 0, $"{run.Output}\n{(File.Exists(log) ? File.ReadAllText(log) : "")}");
            _result = JsonDocument.Parse(run.Output.Split('\n')[^1]).RootElement;

            await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = HistoryFile });
            _predictions = [];
            await foreach (var prediction in history.PredictionsAsync(new PredictionQuery { Revisions = Revisions.All }))
            {
                _predictions.Add(prediction);
            }
        }
        finally
        {
            _once.Release();
        }
    }
}
