using System.Diagnostics;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>What goes wrong outside is said in words, with what to do, and never as a stack trace.</summary>
public sealed class FailureTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private const string Header = "entity_id,event_time,sequence,t";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-cli-");

    [Theory]
    [InlineData("lag")]
    [InlineData("deadletters", "list")]
    public async Task Brokers_that_do_not_answer_are_named_within_a_bound(params string[] arguments)
    {
        var nowhere = $"127.0.0.1:{Ports.Take()}";
        var begin = Stopwatch.GetTimestamp();
        var output = await new Command(nowhere, await registry.StartAsync()).RunAsync(1, arguments);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(90));
        Told(output, $"Brokers asked: {nowhere}", "Check that they run");
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_named()
    {
        var nowhere = $"http://127.0.0.1:{Ports.Take()}";
        var command = new Command(await kafka.StartAsync(), nowhere);
        Told(await command.RunAsync(1, "publish", Write("a.csv", Header, "cow,1769860800000,1,1")), nowhere);
    }

    [Fact]
    public async Task Readings_that_no_broker_takes_are_told_with_how_many_were_stored()
    {
        var prepared = await Command.PrepareAsync(kafka, registry);
        var nowhere = $"127.0.0.1:{Ports.Take()}";
        var output = await prepared.RunAsync(1, "publish", Write("a.csv", Header, "cow,1769860800000,1,1"), "--bootstrap", nowhere, "--client", "message.timeout.ms=2000");
        Told(output, $"{prepared.Prefix}sensor.raw did not take a reading", "0 readings are stored", nowhere);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_with_the_place()
    {
        var unreadable = Path.Combine(_folder.FullName, "broken.csv");
        File.CreateSymbolicLink(unreadable, "/proc/self/mem"); // opens, and cannot be read
        Told(await new Command("", "").RunAsync(1, "publish", unreadable, "--dry-run"), unreadable, "cannot be read");

        var latin = Path.Combine(_folder.FullName, "latin.jsonl");
        await File.WriteAllBytesAsync(latin, [.. "{\"entity_id\":\"k"u8, 0xfc, .. "h\"}\n"u8]);
        Told(await new Command("", "").RunAsync(78, "publish", latin, "--dry-run"), latin, "line 1", "not UTF-8");
        Told(await new Command("", "").RunAsync(78, "publish", Write("empty.csv"), "--dry-run"), "must be a header");
    }

    [Theory]
    [InlineData("""{"entity_id":"\ud800","event_time":1769860800000,"metrics":{"t":1}}""", "no Unicode")]
    [InlineData("""{"entity_id":"a","event_time":1769860800000,"metrics":{"t":1},"tags":{"\udc00":"x"}}""", "no Unicode")]
    [InlineData("""{"entity_id":"a","entity_id":"b","event_time":1769860800000,"metrics":{"t":1}}""", "twice")]
    [InlineData("""{"entity_id":"a","event_time":1769860800000,"metrics":{"t":1e999}}""", "finite")]
    [InlineData("""[[[[[[[[[[[[]]]]]]]]]]]]""", "no JSON")]
    public async Task A_line_of_JSON_that_is_wrong_in_its_own_way_is_named_and_its_neighbours_are_counted(string line, string words)
    {
        const string Good = """{"entity_id":"cow","event_time":1769860800000,"metrics":{"t":1}}""";
        var report = await new Command("", "").JsonAsync(65, "publish", Write("a.jsonl", Good, line, Good), "--dry-run");
        Assert.Equal(2, report.GetProperty("good").GetInt64());
        var fault = Assert.Single(report.GetProperty("faults").EnumerateArray());
        Assert.Equal(2, fault.GetProperty("line").GetInt64());
        Assert.Contains(words, fault.GetProperty("rule").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Told(string output, params string[] words)
    {
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        Assert.StartsWith("streaming: ", output, StringComparison.Ordinal);
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
