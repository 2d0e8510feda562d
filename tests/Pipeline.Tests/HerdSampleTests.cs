using System.Globalization;
using System.Text.Json;
using Streaming.History.Quality;
using Streaming.History.Sqlite;
using Streaming.Models.Packages;
using Streaming.Monitoring;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>A herd with late, silent, restarted and fast-clocked boluses, through the chain, against features computed the slow way and against what is known of it.</summary>
public sealed class HerdSampleTests : IDisposable
{
    private const double Fever = 39.5;
    private const double Near = 1e-4;
    private static readonly TimeSpan PlayTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TellTime = TimeSpan.FromMinutes(2);
    private static readonly string Sample = Repository.PathOf("deploy", "samples", "herd");
    private readonly SampleRunner _runner = new();

    [Fact]
    public async Task Every_feature_of_every_hour_is_that_of_the_slow_way_and_the_model_beats_a_thermometer()
    {
        await using var run = _runner.Start("--sample", "herd", "--speed", "1e9");
        await run.LineAsync(line => line.StartsWith("Everything has been played", StringComparison.Ordinal), PlayTime);
        var play = Path.Combine(_runner.Folder.FullName, "run", "play.jsonl");

        var compared = await CompareAsync(play);

        Assert.Equal((6585, 6585 * 39), (compared.GetProperty("vectors").GetInt32(), compared.GetProperty("values").GetInt32()));
        Assert.All(["contributed", "duplicate", "filtered", "late", "refused"], state => Assert.NotEqual(0, compared.GetProperty($"readings_{state}").GetInt32()));
        var shown = await run.LineAsync(line => line.Contains(" dead ", StringComparison.Ordinal) && line.Contains("all 9", StringComparison.Ordinal), TellTime);
        Assert.Contains($"late {compared.GetProperty("readings_late")}  dead {compared.GetProperty("readings_refused")} ", shown, StringComparison.Ordinal);

        await AssertBeatsAsync(play);
        var url = (await run.LineAsync(line => line.StartsWith("The page is at ", StringComparison.Ordinal), TellTime))["The page is at ".Length..];
        await AssertPageAsync(url.TrimEnd('/'));
        await run.TerminateAsync();
        await run.ExitAsync(TellTime);
    }

    [Theory]
    [InlineData("herd")]
    [InlineData("stock")]
    public async Task The_examples_beside_a_feature_set_pass(string sample) =>
        Assert.EndsWith(", 0 failed", (await SampleRunner.CommandAsync("features", "test", Repository.PathOf("deploy", "samples", sample, "features", $"{sample}.yaml"))).Trim(), StringComparison.Ordinal);

    [Fact]
    public async Task The_command_that_the_package_names_makes_the_same_bytes_again()
    {
        var committed = Path.Combine(Sample, "models", "herd-health");
        var again = _runner.Folder.CreateSubdirectory("again").FullName;
        var manifest = ModelPackage.Load(committed).Manifest;

        await SampleRunner.ScriptAsync(
            "sklearn, onnx", Path.Combine(Sample, "train.py"),
            "--feature-set-hash", manifest.FeatureSet.Hash, "--author", manifest.Training.Author, "--date", manifest.Training.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "--out", again);

        Assert.All([ModelPackage.OnnxFile, ModelPackage.ManifestFile, ModelPackage.BaselineFile], file => Assert.Equal(File.ReadAllBytes(Path.Combine(committed, file)), File.ReadAllBytes(Path.Combine(again, file))));
    }

    public void Dispose() => _runner.Dispose();

    // The last revisions leave a few seconds after the last reading; until then the comparison finds what they will mend.
    private async Task<JsonElement> CompareAsync(string play)
    {
        using var patience = new CancellationTokenSource(TellTime);
        while (true)
        {
            var export = Path.Combine(_runner.Folder.FullName, "herd.csv");
            await SampleRunner.CommandAsync(
                "export", "--history", _runner.History, "--definition", Path.Combine(Sample, "features", "herd.yaml"), "--feature-set", "herd:1",
                "--from", "2025-06-01T00:00:00Z", "--to", "2025-07-01T00:00:00Z", "--output", export, "--force");
            await using var compare = await ChildProcess.RunAsync("/usr/bin/python3", [Path.Combine(Sample, "reference.py"), play, "--compare", export], TellTime);
            if (compare.ExitCode == 0)
            {
                return SampleRunner.LastLine(compare.Output);
            }

            Assert.False(patience.IsCancellationRequested, compare.Output);
        }
    }

    private async Task AssertBeatsAsync(string play)
    {
        var vectors = Path.Combine(_runner.Folder.FullName, "vectors.jsonl");
        await using var reference = await ChildProcess.RunAsync("/usr/bin/python3", [Path.Combine(Sample, "reference.py"), play, "--out", vectors], TellTime);
        Assert.True(reference.ExitCode == 0, reference.Output);
        var rows = File.ReadLines(vectors).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (IsIll: row.GetProperty("truth").GetString() == "ill", IsHot: row.GetProperty("temperature") is { ValueKind: JsonValueKind.Number } hot && hot.GetDouble() > Fever)).ToArray();

        await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = _runner.History });
        var trained = ModelPackage.Load(Path.Combine(Sample, "models", "herd-health")).Manifest.Training.Metrics.Single().Values["accuracy"];
        var found = await FoundAsync();
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < TellTime && (found.Total != rows.Length || Math.Abs(found.Accuracy!.Value - trained) > Near); await Task.Delay(200))
        {
            found = await FoundAsync(); // the predictions of the last revisions are kept a moment after their vectors
        }

        Assert.Equal(rows.Length, found.Total);
        Assert.InRange(rows.Count(row => row.IsIll), rows.Length / 20, rows.Length / 4);
        var right = found.Accuracy!.Value;
        Assert.True(right > rows.Count(row => !row.IsIll) / (double)rows.Length + 0.05, $"{right} is hardly more than by saying healthy of every cow.");
        Assert.True(right > rows.Count(row => row.IsIll == row.IsHot) / (double)rows.Length + 0.02, $"{right} is hardly more than by a thermometer.");
        Assert.Equal(trained, right, Near);

        async Task<ConfusionMatrix> FoundAsync() => Assert.Single(await QualityReport.ComputeAsync(history, new QualityQuery { LabelName = "disease" })).Total;
    }

    private static async Task AssertPageAsync(string url)
    {
        using var http = new HttpClient { Timeout = TellTime };
        using var patience = new CancellationTokenSource(TellTime);
        while (!(await http.GetStringAsync($"{url}/v1/chain", patience.Token)).Contains("herd-health", StringComparison.Ordinal))
        {
            await Task.Delay(200, patience.Token); // as the page asks first; the gateway reads its figures beside that
        }

        var answer = JsonDocument.Parse(await http.GetStringAsync($"{url}/v1/entities/cow-001/predictions?limit=10000")).RootElement;
        var points = answer.GetProperty("points").EnumerateArray().ToArray();
        Assert.Equal(("disease", "ill"), (answer.GetProperty("labelName").GetString(), answer.GetProperty("positive").GetString()));
        Assert.True(points.Length > 300, $"Only {points.Length} hours of a cow are shown.");
        Assert.All(points, point => Assert.Contains(point.GetProperty("truth").GetString(), (string[])["ill", "healthy"]));
    }
}
