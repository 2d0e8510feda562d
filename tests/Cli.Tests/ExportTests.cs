using System.Security.Cryptography;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>The commands of data scientists, on a history in a file.</summary>
public sealed class ExportTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-export-");

    private string History => Path.Combine(_folder.FullName, "history.db");

    private static Command Nowhere => new("", "");

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string[] Export(string file, params string[] more) =>
        ["export", "--history", History, "--feature-set", "herd", "--from", "2026-01-31T00:00:00Z", "--to", "2026-12-31T00:00:00Z", "--output", File(file), .. more];

    [Fact]
    public async Task Rows_of_the_history_are_shown_under_their_names()
    {
        await HerdHistory.MakeAsync(History, buckets: 600);
        var table = (await Nowhere.RunAsync(0, "history", "vectors", "--history", History, "--entity", "cow-1", "--limit", "2")).Split('\n');
        Assert.Matches(@"^entity +bucket +feature set +revision +known +temperature +activity$", table[0]);
        Assert.Matches(@"^cow-1 +2026-01-31T12:00:00\.000Z +herd:2 +1 +2026-01-31T13:00:00\.000Z +39\.5 +-$", table[1]);
        Assert.Equal("2 vectors, and there are more: --limit 0 shows all.", table[3]);

        var before = (await Nowhere.JsonAsync(0, "history", "vectors", "--history", History, "--entity", "cow-1", "--limit", "1", "--as-of", "2026-01-31T12:59:59.999Z")).GetProperty("vectors")[0];
        Assert.Equal(0, before.GetProperty("revision").GetInt32());
        Assert.Equal(38.5, before.GetProperty("features").GetProperty("temperature").GetDouble());
        Assert.Equal(JsonValueKind.Null, before.GetProperty("features").GetProperty("activity").ValueKind);
        Assert.Equal("activity", before.GetProperty("missing")[0].GetString());

        // More than one page.
        var all = await Nowhere.JsonAsync(0, "history", "vectors", "--history", History, "--limit", "0", "--revisions", "all", "--feature-set", "herd:2", "--newest-first");
        Assert.Equal(1201, all.GetProperty("vectors").GetArrayLength());
        Assert.False(all.GetProperty("more").GetBoolean());
        var predictions = await Nowhere.JsonAsync(0, "history", "predictions", "--history", History, "--day", "2026-02-01", "--deployment", "herd", "--limit", "0");
        Assert.Equal(2 * 144, predictions.GetProperty("rows").GetInt64());
        Assert.Equal(0.875, predictions.GetProperty("predictions")[0].GetProperty("scores")[1].GetDouble());
        Assert.Equal("ill", (await Nowhere.JsonAsync(0, "history", "labels", "--history", History, "--name", "illness")).GetProperty("labels")[0].GetProperty("value").GetString());
        Assert.Equal(["cow-1", "cow-2"], (await Nowhere.JsonAsync(0, "history", "entities", "--history", History)).GetProperty("entities").EnumerateArray().Select(entity => entity.GetString()!));
    }

    [Fact]
    public async Task What_a_killed_export_has_left_goes_with_the_next_one_of_the_same_file_and_what_another_writes_stays()
    {
        await HerdHistory.MakeAsync(History, buckets: 3);
        string Left(string file) => File($".{file}.{Guid.NewGuid():N}.partial");
        string[] abandoned = [Left("train.csv"), Left("train.csv.manifest.json")];
        string[] others = [Left("other.csv"), Left("train.csv.old"), File(".train.csv.mine.partial"), Left("train.csv")];
        foreach (var file in abandoned.Concat(others))
        {
            await System.IO.File.WriteAllTextAsync(file, "half");
        }

        using (new FileStream(others[^1], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            await Nowhere.RunAsync(0, Export("train.csv"));
        }

        Assert.Equal(others.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.FullName, ".*.partial").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_export_is_a_file_with_a_manifest_that_speaks_of_it_and_can_be_made_again()
    {
        await HerdHistory.MakeAsync(History, buckets: 300);
        string[] labels = ["--labels", "illness", "--maturity", "1d", "--assume", "well", "--predictions", "herd"];
        var report = await Nowhere.JsonAsync(0, Export("train.csv", labels));
        var manifest = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File("train.csv.manifest.json"))).RootElement;
        var bytes = await System.IO.File.ReadAllBytesAsync(File("train.csv"));

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), manifest.GetProperty("sha256").GetString());
        Assert.Equal(bytes.Length, manifest.GetProperty("bytes").GetInt64());
        Assert.Equal(600, manifest.GetProperty("rows").GetInt64());
        Assert.Equal(1, manifest.GetProperty("revised_rows").GetInt64());
        Assert.Equal(HerdHistory.Hash, manifest.GetProperty("feature_set").GetProperty("hash").GetString());
        Assert.Equal("°C", manifest.GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("name").GetString() == "temperature").GetProperty("unit").GetString());
        Assert.Equal((2, 598), (manifest.GetProperty("labels").GetProperty("known").GetInt64(), manifest.GetProperty("labels").GetProperty("assumed").GetInt64()));
        Assert.Equal("herd-lda", manifest.GetProperty("predictions").GetProperty("models")[0].GetProperty("name").GetString());
        Assert.Equal($"sqlite:{History}", manifest.GetProperty("history").GetString());
        Assert.Equal(601, (await System.IO.File.ReadAllLinesAsync(File("train.csv"))).Length);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("job").ValueKind);

        await Nowhere.RunAsync(0, Export("again.csv", [.. labels, "--as-of", manifest.GetProperty("as_of").GetRawText()]));
        Assert.Equal(bytes, await System.IO.File.ReadAllBytesAsync(File("again.csv")));

        // Before the vet came, and before the late readings.
        await Nowhere.RunAsync(0, Export("then.csv", [.. labels, "--as-of", "2026-01-31T12:50:00Z"]));
        var then = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File("then.csv.manifest.json"))).RootElement;
        Assert.Equal((10, 0), (then.GetProperty("rows").GetInt64(), then.GetProperty("revised_rows").GetInt64()));
        Assert.Equal(10, then.GetProperty("labels").GetProperty("immature").GetInt64());
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.partial"));
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_may_be_replaced()
    {
        await HerdHistory.MakeAsync(History, buckets: 3);
        await Nowhere.RunAsync(0, Export("train.jsonl"));
        var before = await System.IO.File.ReadAllBytesAsync(File("train.jsonl"));
        Assert.Contains("is there already; name another file, or replace it with --force", await Nowhere.RunAsync(78, Export("train.jsonl")), StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File("train.jsonl")));
        await Nowhere.RunAsync(0, Export("train.jsonl", "--force", "--entity", "cow-2"));
        Assert.Equal(3, (await System.IO.File.ReadAllLinesAsync(File("train.jsonl"))).Length);
        Assert.Contains("\"entity\": \"cow-2\"", await System.IO.File.ReadAllTextAsync(File("train.jsonl.manifest.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_export_that_ends_early_leaves_nothing_under_its_name(bool killed)
    {
        await HerdHistory.MakeAsync(History, buckets: 12_000);
        int exitCode;
        var attempts = 0;
        do
        {
            // One that was done before it could be ended says nothing: it is tried again.
            Array.ForEach(Directory.GetFiles(_folder.FullName, "train.csv*"), System.IO.File.Delete);
            exitCode = await EndedEarlyAsync();
        }
        while (exitCode == 0 && ++attempts < 20);

        Assert.Equal(killed ? 137 : 130, exitCode);
        Assert.False(System.IO.File.Exists(File("train.csv")) || System.IO.File.Exists(File("train.csv.manifest.json")));
        Assert.Equal(killed, Partial().Any());
        await Nowhere.RunAsync(0, Export("train.csv"));
        Assert.Equal(24_001, System.IO.File.ReadLines(File("train.csv")).Count());

        async Task<int> EndedEarlyAsync()
        {
            await using var export = ChildProcess.Start("env", ["--default-signal=INT", "dotnet", Command.Program("Cli", "streaming"), .. Export("train.csv")], Nowhere.Settings);
            using var patience = new CancellationTokenSource(Patience);
            while (!Partial().Any() && !export.HasExited)
            {
                Assert.False(patience.IsCancellationRequested, export.Output);
                await Task.Delay(1);
            }

            await (killed ? export.CrashAsync() : export.InterruptAsync());
            await export.ExitAsync(Patience);
            return export.ExitCode;
        }

        IEnumerable<string> Partial() => Directory.EnumerateFiles(_folder.FullName, "*.partial");
    }

    [Fact]
    public async Task With_a_cluster_an_export_is_recorded_from_its_start_to_its_end()
    {
        await HerdHistory.MakeAsync(History, buckets: 3);
        var command = await Command.PrepareAsync(kafka, registry);
        var report = await command.JsonAsync(0, Export("train.avro", "--reason", "the new model", "--actor", "ann", "--labels", "illness", "--maturity", "0"));
        Assert.NotEqual(0, new DirectoryInfo(_folder.FullName).GetFiles("train.avro").Single().Length);

        var steps = (await command.ReadAsync("pipeline.jobs")).Select(record => record.GetProperty("value")).ToList();
        Assert.Equal(["started", "completed"], steps.Select(step => step.GetProperty("state").GetString()));
        Assert.All(steps, step =>
        {
            Assert.Equal(report.GetProperty("job").GetString(), step.GetProperty("job_id").GetString());
            Assert.Equal(("export", "ann", "the new model"), (step.GetProperty("kind").GetString(), step.GetProperty("actor").GetString(), step.GetProperty("reason").GetString()));
            Assert.Equal("illness", step.GetProperty("parameters").GetProperty("labels").GetString());
        });
        Assert.Equal(report.GetProperty("manifest").GetProperty("sha256").GetString(), steps[1].GetProperty("result").GetProperty("sha256").GetString());
        Assert.Equal("6", steps[1].GetProperty("result").GetProperty("rows").GetString());
    }

    [Fact]
    public async Task What_cannot_be_exported_is_named_with_what_to_do()
    {
        Assert.Contains("there is no such file", await Nowhere.RunAsync(78, "history", "entities", "--history", File("nothing.db")), StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File("nothing.db")));
        await HerdHistory.MakeAsync(History, buckets: 1);
        string[] wrong =
        [
            "export", "--history", History, "--feature-set", "herd:x", "--from", "yesterday", "--as-of", "2999-01-01T00:00:00Z", "--labels", "illness", "--format", "parquet", "--output", File("a.csv"),
        ];
        var said = await Nowhere.RunAsync(78, wrong);
        Assert.All(["--feature-set 'herd:x'", "--from 'yesterday'", "must not lie in the future", "--labels: needs --maturity", "--format 'parquet'"], part => Assert.Contains(part, said, StringComparison.Ordinal));
        Assert.Contains("does not know the feature set 'flock'", await Nowhere.RunAsync(78, "export", "--history", History, "--feature-set", "flock", "--day", "2026-01-31", "--output", File("a.csv")), StringComparison.Ordinal);
        Assert.Contains("both are needed", await Nowhere.RunAsync(78, "export", "--history", History, "--feature-set", "herd", "--from", "0", "--output", File("a.csv")), StringComparison.Ordinal);
        foreach (var command in (string[][])[["export"], ["history", "vectors"], ["history", "predictions"], ["history", "labels"], ["history", "entities"]])
        {
            var help = await Nowhere.RunAsync(0, [.. command, "--help"]);
            Assert.Contains($"streaming {string.Join(' ', command)}", help, StringComparison.Ordinal);
            Assert.Contains("Exit codes", help, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
