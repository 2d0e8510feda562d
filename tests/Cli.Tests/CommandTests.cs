using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>What the command does on a real cluster, seen by others' clients.</summary>
public sealed class CommandTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-cli-");

    [Fact]
    public async Task Published_readings_are_those_of_the_file()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var csv = Write("a.csv", "entity_id,event_time,sequence,device_id,temperature,\"a,b\",scope,tags.site", "cow,2026-01-31T13:00:00+01:00,7,bolus,38.25,,,\"north, west\"", "\"the \"\"other\"\" cow\",1769860800001,,,,-1e-3,entity,", "herd,1769860800003,,,1,,group,");
        var jsonl = Write("b.jsonl", """{"entity_id":"farm","event_time":1769860800002,"metrics":{"humidity":0.1},"scope":"group","tags":{"by":"hand"}}""");

        Assert.Equal(3, (await command.JsonAsync(0, "publish", csv)).GetProperty("acknowledged").GetInt64());
        Assert.Equal(1, (await command.JsonAsync(0, "publish", jsonl, "--rate", "100")).GetProperty("acknowledged").GetInt64());

        var read = (await command.ReadAsync("sensor.raw")).ToDictionary(record => record.GetProperty("key").GetString()!, record => record.GetProperty("value"));
        Assert.Equal(["cow", "farm", "herd", "the \"other\" cow"], read.Keys.Order(StringComparer.Ordinal));
        Expect(read["cow"], 1769860800000, ("temperature", "0x1.3200000000000p+5"));
        Assert.Equal(7, read["cow"].GetProperty("sequence").GetInt64());
        Assert.Equal("bolus", read["cow"].GetProperty("device_id").GetString());
        Assert.Equal("""{"site": "north, west"}""", read["cow"].GetProperty("tags").ToString());
        Assert.Equal("{}", read["herd"].GetProperty("tags").ToString());
        Assert.Equal("group", read["herd"].GetProperty("scope").GetString());
        Assert.Equal("entity", read["the \"other\" cow"].GetProperty("scope").GetString());
        Expect(read["the \"other\" cow"], 1769860800001, ("a,b", "-0x1.0624dd2f1a9fcp-10"));
        Assert.Equal(JsonValueKind.Null, read["the \"other\" cow"].GetProperty("sequence").ValueKind);
        Expect(read["farm"], 1769860800002, ("humidity", "0x1.999999999999ap-4"));
        Assert.Equal("group", read["farm"].GetProperty("scope").GetString());
        Assert.Equal("hand", read["farm"].GetProperty("tags").GetProperty("by").GetString());
    }

    [Fact]
    public async Task Wrong_lines_are_named_and_stop_the_file_unless_they_are_to_be_left_out()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var file = Write("bad.csv", "entity_id,event_time,temperature", "cow,1769860800000,38", "cow,2026-01-31T12:00:00,38", ",1769860800000,38", "cow,1769860800000,warm", "cow,1769860800000,NaN", "cow,1,38", "cow,1769860800000,", "cow,1769860800000");

        var refused = await command.JsonAsync(65, "publish", file);
        Assert.Equal(
            ["3 event_time", "4 entity_id", "5 temperature", "6 metrics", "7 event_time", "8 metrics", "9 column 3"],
            refused.GetProperty("faults").EnumerateArray().Select(fault => $"{fault.GetProperty("line")} {fault.GetProperty("column")}"));
        Assert.Empty(await command.ReadAsync("sensor.raw"));

        Assert.Contains("bad.csv, line 5, temperature: 'warm' must be a number", await command.RunAsync(65, "publish", file, "--skip-bad", "--dry-run"));
        Assert.Empty(await command.ReadAsync("sensor.raw"));

        Assert.Equal(1, (await command.JsonAsync(65, "publish", file, "--skip-bad")).GetProperty("acknowledged").GetInt64());
        Assert.Single(await command.ReadAsync("sensor.raw"));
    }

    [Fact]
    public async Task Topics_are_good_after_init_and_wrong_before()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        Assert.All((await command.JsonAsync(0, "topics")).GetProperty("topics").EnumerateArray(), topic => Assert.Empty(topic.GetProperty("wrong").EnumerateArray()));

        var nothing = new Command(kafka.BootstrapServers, registry.Url);
        Assert.All((await nothing.JsonAsync(78, "topics")).GetProperty("topics").EnumerateArray(), topic => Assert.Equal(2, topic.GetProperty("wrong").GetArrayLength()));
    }

    [Fact]
    public async Task What_ingest_refuses_is_listed_and_shown_and_its_lag_falls_to_nothing()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        byte[] broken = [9, 8, 7];
        using (var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            await producer.ProduceAsync(new TopicPartition(command.Prefix + "sensor.raw", 1), new Message<string, byte[]> { Key = "cow", Value = broken, Headers = new Headers { { "from", [1, 255] } } });
        }

        Assert.Equal(1, Lag(await command.JsonAsync(0, "lag")));
        await using var ingest = command.StartIngest();
        using var patience = new CancellationTokenSource(Patience);
        while (Lag(await command.JsonAsync(0, "lag")) > 0 || (await command.JsonAsync(0, "deadletters", "list")).GetProperty("matching").GetInt64() == 0)
        {
            Assert.False(patience.IsCancellationRequested || ingest.HasExited, ingest.Output);
        }

        var place = $"{command.Prefix}sensor.raw/1/0";
        var list = await command.JsonAsync(0, "deadletters", "list", "--stage", "SensorIngest", "--reason", "not_framed");
        Assert.Equal(place, Assert.Single(list.GetProperty("deadLetters").EnumerateArray()).GetProperty("place").GetString());
        Assert.Equal(0, (await command.JsonAsync(0, "deadletters", "list", "--reason", "malformed")).GetProperty("matching").GetInt64());

        var whole = await command.JsonAsync(0, "deadletters", "show", place);
        Assert.Equal("090807", whole.GetProperty("value").GetString());
        Assert.Equal("636f77", whole.GetProperty("key").GetString());
        Assert.Equal("01ff", whole.GetProperty("headers").GetProperty("from").GetString());
        Assert.Contains("no dead letter", await command.RunAsync(1, "deadletters", "show", "nowhere/0/0"));
    }

    [Fact]
    public async Task Wrong_options_and_settings_have_their_own_codes()
    {
        var nowhere = new Command("", "");
        await nowhere.RunAsync(64, "publish");
        await nowhere.RunAsync(64, "lag", "--nonsense");
        Assert.Contains("--reason 'because'", await new Command("127.0.0.1:1", "http://127.0.0.1:1").RunAsync(78, "deadletters", "list", "--reason", "because"));
        await nowhere.RunAsync(78, "lag");
        Assert.Contains("no such file", await nowhere.RunAsync(78, "publish", "nothing.csv"));
    }

    [Theory]
    [InlineData("init")]
    [InlineData("publish")]
    [InlineData("topics")]
    [InlineData("lag")]
    [InlineData("deadletters", "list")]
    [InlineData("deadletters", "show")]
    [InlineData("features", "check")]
    [InlineData("features", "explain")]
    [InlineData("features", "test")]
    public async Task Every_command_teaches_with_examples_and_names_its_exit_codes(params string[] command)
    {
        var help = await new Command("", "").RunAsync(0, [.. command, "--help"]);
        Assert.True(help.Split("\n").Count(line => line.StartsWith("    streaming " + string.Join(' ', command), StringComparison.Ordinal)) >= 2, help);
        Assert.Matches(@"Exit codes: 0 (?s).*; 78 .*64 wrong options; 130 interrupted.*1 ", help);
        Assert.Contains("--json ", help);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static long Lag(JsonElement report) => report.GetProperty("partitions").EnumerateArray()
        .Where(partition => partition.GetProperty("stage").GetString() == "SensorIngest").Sum(partition => partition.GetProperty("lag").GetInt64());

    private static void Expect(JsonElement reading, long eventTime, params (string Name, string Value)[] metrics)
    {
        Assert.Equal(eventTime.ToString(CultureInfo.InvariantCulture), reading.GetProperty("event_time").ToString());
        Assert.Equal(metrics, reading.GetProperty("metrics").EnumerateObject().Select(metric => (metric.Name, metric.Value.GetString()!)));
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
