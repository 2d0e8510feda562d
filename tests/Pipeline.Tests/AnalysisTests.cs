using System.Globalization;
using System.Text;
using System.Text.Json;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;
using Streaming.Testing.Occupancy;

namespace Streaming.Pipeline.Tests;

/// <summary>From the main job's history to a model, as the sample's page for data scientists says it.</summary>
public sealed class AnalysisTests(EmbeddedRun embedded, CassandraServer cassandra) : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string Script = Repository.PathOf("deploy", "samples", "analysis", "analyse.py");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-analysis-");

    [Fact]
    public async Task An_export_holds_every_vector_prediction_and_label_of_the_sample()
    {
        var lines = await File.ReadAllLinesAsync(await ExportAsync("occupancy.csv"));
        var columns = lines[0].Split(',');
        var rows = lines.Skip(1).Select(line => columns.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second))
            .ToDictionary(row => (row["entity_id"], DateTimeOffset.Parse(row["bucket_start"], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()));
        Assert.Equal(OccupancyReference.Rows.Count, rows.Count);
        foreach (var expected in OccupancyReference.Rows)
        {
            var row = rows[(expected.Entity, expected.BucketStart)];
            Assert.Equal("known", row["label_state"]);
            Assert.Equal(expected.Probability >= 0.5 ? "1" : "0", row["predicted_label"]);
            Assert.Equal(expected.Probability, double.Parse(row["score_2"], CultureInfo.InvariantCulture), tolerance: 1e-5);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task The_script_finds_the_published_accuracies_draws_and_trains(string format)
    {
        await RequireLibrariesAsync();
        var export = await ExportAsync($"occupancy.{format}");
        var picture = Path.Combine(_folder.FullName, "occupancy.png");

        await using var script = await ChildProcess.RunAsync(
            Python, [Script, export, "--plot", picture, "--held-out-days", "3"], Patience);

        Assert.True(script.ExitCode == 0, script.Output);
        var found = JsonDocument.Parse(script.Output.Split('\n')[^1]).RootElement;
        Assert.Equal(OccupancyReference.Rows.Count, found.GetProperty("rows").GetInt32());
        Assert.Equal(["temperature", "humidity", "light", "co2", "humidity_ratio"], found.GetProperty("features").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(97.90m, found.GetProperty("served_accuracy").GetProperty("datatest").GetDecimal());
        Assert.Equal(98.76m, found.GetProperty("served_accuracy").GetProperty("datatest2").GetDecimal());
        Assert.Equal(OccupancyReference.Rows.Count, found.GetProperty("training_rows").GetInt32() + found.GetProperty("held_out_rows").GetInt32());

        // Better than a model that has learnt nothing.
        Assert.InRange(found.GetProperty("accuracy").GetDecimal(), found.GetProperty("accuracy_of_always_0").GetDecimal() + 5, 100);
        var png = await File.ReadAllBytesAsync(picture);
        Assert.Equal("PNG", Encoding.ASCII.GetString(png, 1, 3));
        Assert.InRange(png.Length, 20_000, 2_000_000);
    }

    [Fact]
    public async Task The_script_finds_the_same_in_the_tables_of_a_cluster_as_in_an_export()
    {
        await RequireLibrariesAsync();
        var python = await PythonEnvironment.CreateWithSystemAsync("cassandra-driver");
        var place = await HistoryCopy.MakeAsync(embedded, cassandra);
        var fromFile = await python.RunAsync(Script, Patience, await ExportAsync("compared.csv"));
        var fromTables = await python.RunAsync(
            Script, Patience, "--cassandra", place.ContactPoints, "--keyspace", place.Keyspace, "--feature-set", "occupancy:1", "--labels", "occupancy", "--predictions", "occupancy-lda", "--plot", Path.Combine(_folder.FullName, "tables.png"));

        Assert.Contains("\"datatest\": 97.9, \"datatest2\": 98.76", fromTables, StringComparison.Ordinal);
        Assert.Equal(fromFile.TrimEnd().Split('\n')[^1], fromTables.TrimEnd().Split('\n')[^1]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task RequireLibrariesAsync()
    {
        await using var probe = await ChildProcess.RunAsync(Python, ["-c", "import pandas, matplotlib, sklearn"], Patience);
        Assert.SkipUnless(probe.ExitCode == 0, "Debian's python3-pandas, python3-matplotlib and python3-sklearn are not installed.");
    }

    private async Task<string> ExportAsync(string name)
    {
        var output = Path.Combine(_folder.FullName, name);
        string[] arguments =
        [
            Builds.Of("Cli", "streaming"), "export", "--history", await embedded.HistoryAsync(), "--definition", Repository.PathOf("deploy", "samples", "occupancy", "features", "occupancy.yaml"),
            "--feature-set", "occupancy:1", "--from", "2015-02-02T00:00:00Z", "--to", "2015-02-19T00:00:00Z", "--labels", "occupancy", "--maturity", "30m",
            "--predictions", "occupancy-lda", "--output", output,
        ];
        await using var export = await ChildProcess.RunAsync("dotnet", arguments, Patience);
        Assert.True(export.ExitCode == 0, export.Output);
        return output;
    }
}
