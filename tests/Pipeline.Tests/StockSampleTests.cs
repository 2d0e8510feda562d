using System.Globalization;
using System.Text;
using Streaming.History.Queries;
using Streaming.History.Sqlite;
using Streaming.Models.Packages;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>A share's daily series as a lag tensor for a sequence model, through the chain. The series is not part of the project: <c>STREAMING_TEST_DATA</c> names its folder.</summary>
public sealed class StockSampleTests : IDisposable
{
    private const int Rows = 7;
    private const int Columns = 5;
    private static readonly string Sample = Repository.PathOf("deploy", "samples", "stock");
    private readonly SampleRunner _runner = new();

    [Fact]
    public async Task Twenty_seven_rows_give_twenty_rolling_predictions_each_from_the_seven_days_before()
    {
        var lines = File.ReadLines(Series()).Take(28).ToArray();
        var file = Path.Combine(_runner.Folder.FullName, "series.csv");
        await File.WriteAllLinesAsync(file, lines);
        var days = lines.Skip(1).Select(line => line.Split(',')).Select(cells => (Day: cells[0], Figures: new[] { 1, 2, 3, 4, 6 }.Select(cell => double.Parse(cells[cell], CultureInfo.InvariantCulture)).ToArray())).ToArray();

        var result = await _runner.PlayAsync("--sample", "stock", "--data", file);

        // The last day is still open. The first six have too few days behind them, and the model refuses what lacks a value.
        Assert.Equal(
            (27, 26, 20, 6),
            (result.GetProperty("readings").GetInt32(), result.GetProperty("vectors").GetInt32(), result.GetProperty("predictions").GetInt32(), result.GetProperty("dead_letters").GetInt32()));
        await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = _runner.History });
        var predictions = await history.PredictionsAsync(new PredictionQuery { EntityId = "GOOG" }).OrderBy(row => row.BucketStart).ToListAsync();
        var vectors = await history.VectorsAsync(new VectorQuery { EntityId = "GOOG" }).ToDictionaryAsync(row => row.BucketStart);
        Assert.Equal(days[6..26].Select(day => day.Day), predictions.Select(row => DateTimeOffset.FromUnixTimeMilliseconds(row.BucketStart).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        foreach (var (index, prediction) in predictions.Index())
        {
            var values = vectors[prediction.BucketStart].Features.ToArray();
            Assert.Equal(days[(index + 6)].Figures, values[..Columns]);
            Assert.Equal(days[index..(index + Rows)].SelectMany(day => day.Figures), values[Columns..]);
        }
    }

    [Fact]
    public async Task Over_the_whole_series_every_prediction_is_that_of_a_recomputation_and_the_errors_are_those_of_the_manifest()
    {
        var (data, export, picture) = (Series(), Path.Combine(_runner.Folder.FullName, "stock.csv"), Path.Combine(_runner.Folder.FullName, "stock.png"));
        await _runner.PlayAsync("--sample", "stock", "--data", data);
        await SampleRunner.CommandAsync(
            "export", "--history", _runner.History, "--definition", Path.Combine(Sample, "features", "stock.yaml"), "--feature-set", "stock:1",
            "--from", "2004-01-01T00:00:00Z", "--to", "2021-01-01T00:00:00Z", "--predictions", "stock-lstm", "--output", export);

        var found = SampleRunner.LastLine(await SampleRunner.ScriptAsync("onnx, matplotlib", Path.Combine(Sample, "evaluate.py"), export, "--data", data, "--plot", picture));

        var days = File.ReadLines(data).Count() - 1;
        Assert.Equal(days - Rows, found.GetProperty("predictions").GetInt32());
        Assert.InRange(found.GetProperty("furthest_from_recomputed").GetDouble(), 0, 1e-6);
        var said = ModelPackage.Load(Path.Combine(Sample, "models", "stock-lstm")).Manifest.Training.Metrics.Single();
        Assert.Equal(said.Data.Rows, found.GetProperty("held_out").GetInt64());
        foreach (var error in (string[])["mae", "rmse"])
        {
            Assert.Equal(said.Values[error], found.GetProperty("model").GetProperty(error).GetDouble(), 1e-3);
            Assert.Equal(said.Values[$"{error}_of_today"], found.GetProperty("tomorrow_is_today").GetProperty(error).GetDouble(), 1e-3);
        }

        Assert.Equal("PNG", Encoding.ASCII.GetString(await File.ReadAllBytesAsync(picture), 1, 3));
    }

    [Fact]
    public async Task The_command_that_the_package_names_makes_the_same_bytes_again()
    {
        var committed = Path.Combine(Sample, "models", "stock-lstm");
        var again = _runner.Folder.CreateSubdirectory("again").FullName;
        var command = ModelPackage.Load(committed).Manifest.Training;
        string[] arguments = ["--data", Series(), "--feature-set-hash", ModelPackage.Load(committed).Manifest.FeatureSet.Hash, "--author", command.Author, "--date", command.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "--out", again];

        await SampleRunner.ScriptAsync("onnx, numpy", Path.Combine(Sample, "train.py"), arguments);

        Assert.All([ModelPackage.OnnxFile, ModelPackage.ManifestFile, ModelPackage.BaselineFile], file => Assert.Equal(File.ReadAllBytes(Path.Combine(committed, file)), File.ReadAllBytes(Path.Combine(again, file))));
    }

    public void Dispose() => _runner.Dispose();

    private static string Series()
    {
        var file = Path.Combine(Repository.Shared("STREAMING_TEST_DATA", "data"), "stock", "GOOG.csv");
        Assert.SkipUnless(File.Exists(file), $"There is no daily series at '{file}'; STREAMING_TEST_DATA names another folder with stock/GOOG.csv.");
        return file;
    }
}
