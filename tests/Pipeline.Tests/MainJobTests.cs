using System.Globalization;
using System.Text.Json;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;
using Streaming.Testing.Occupancy;

namespace Streaming.Pipeline.Tests;

/// <summary>The main job: the figures that the data set's authors published, and every probability against an independent computation.</summary>
public sealed class MainJobTests(EmbeddedRun embedded, KafkaServer kafka, RegistryServer registry, CassandraServer cassandra)
{
    private const int Readings = 62_085;
    private const int Rows = 12_417;
    private const double Tolerance = 1e-5;

    [Fact]
    public async Task Embedded_parts_give_the_published_accuracies() => CheckResult(await embedded.ResultAsync());

    [Fact]
    public async Task Every_probability_is_that_of_an_independent_computation()
    {
        var predictions = (await embedded.PredictionsAsync()).ToDictionary(row => (row.EntityId, row.BucketStart));
        Assert.Equal(Rows, predictions.Count);
        Assert.Equal(Rows, OccupancyReference.Rows.Count);
        foreach (var expected in OccupancyReference.Rows)
        {
            var prediction = predictions[(expected.Entity, expected.BucketStart)];
            Assert.InRange(prediction.Scores.Span[^1], expected.Probability - Tolerance, expected.Probability + Tolerance);
            Assert.Equal(expected.Probability >= 0.5 ? "1" : "0", prediction.Label);
        }
    }

    [Fact]
    public async Task Four_processes_on_real_servers_give_the_same_figures_and_CQL_alone_finds_them_again()
    {
        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var keep = Directory.CreateTempSubdirectory("streaming-run-");
        var prefix = $"run{Guid.NewGuid():N}"[..10] + ".";
        string[] arguments = [Builds.Of("Local"), "--once", "--bootstrap", await kafka.StartAsync(), "--registry", await registry.StartAsync(), "--cassandra", await cassandra.StartAsync(), "--prefix", prefix, "--keep", keep.FullName];
        var environment = new Dictionary<string, string?> { ["STREAMING_HOME"] = Repository.Root };

        await using (var run = await ChildProcess.RunAsync("dotnet", arguments, TimeSpan.FromMinutes(5), environment))
        {
            Assert.True(run.ExitCode == 0, run.Output);
            CheckResult(JsonDocument.Parse(run.Output.Split('\n')[^1]).RootElement);
        }

        var found = await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "cassandra_accuracy.py"), TimeSpan.FromMinutes(4), cassandra.ContactPoints[0], cassandra.Port.ToString(CultureInfo.InvariantCulture), $"streaming_{prefix[..^1]}", "occupancy");
        Assert.Equal(
            ["datatest 2609 2665 97.90", "datatest2 9631 9752 98.76", $"vectors={Rows} predictions={Rows} labels={Rows}", "features co2,humidity,humidity_ratio,light,temperature"],
            found.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // The command finds what the services wrote.
        string[] place = ["--cassandra", cassandra.ContactPoints[0] + ":" + cassandra.Port.ToString(CultureInfo.InvariantCulture), "--keyspace", $"streaming_{prefix[..^1]}"];
        await using (var migrate = await ChildProcess.RunAsync("dotnet", [Builds.Of("Cli", "streaming"), "history", "migrate", .. place], TimeSpan.FromMinutes(3)))
        {
            Assert.Equal((0, $"keyspace {place[^1]}: up to date"), (migrate.ExitCode, migrate.Output.Trim()));
        }

        await using (var vectors = await ChildProcess.RunAsync("dotnet", [Builds.Of("Cli", "streaming"), "history", "vectors", "--entity", "datatest", "--limit", "1", "--json", .. place], TimeSpan.FromMinutes(3)))
        {
            Assert.True(vectors.ExitCode == 0, vectors.Output);
            Assert.Contains("temperature", vectors.Output, StringComparison.Ordinal);
        }

        // What is in the topics could not be told from a second play.
        await using (var again = await ChildProcess.RunAsync("dotnet", arguments, TimeSpan.FromMinutes(4), environment))
        {
            Assert.Equal(78, again.ExitCode);
            Assert.Contains($"{prefix}sensor.raw is not empty", again.Output, StringComparison.Ordinal);
        }

        keep.Delete(recursive: true);
    }

    private static void CheckResult(JsonElement result)
    {
        Assert.Equal(Readings, result.GetProperty("readings").GetInt64());
        Assert.Equal(Rows, result.GetProperty("vectors").GetInt64());
        Assert.Equal(Rows, result.GetProperty("predictions").GetInt64());
        Assert.Equal(Rows, result.GetProperty("labels").GetInt64());
        Assert.Equal(0, result.GetProperty("dead_letters").GetInt64());
        Assert.Equal(0, result.GetProperty("late").GetInt64());
        Assert.Equal(97.90m, result.GetProperty("accuracy").GetProperty("datatest").GetDecimal());
        Assert.Equal(98.76m, result.GetProperty("accuracy").GetProperty("datatest2").GetDecimal());
        Assert.True(result.GetProperty("elapsed_s").GetDouble() > 0);
    }
}
