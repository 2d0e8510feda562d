using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>Dead letters that SensorIngest wrote, and what others put beside them.</summary>
public sealed class DeadLettersTests(KafkaServer kafka, RegistryServer registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    // A schema of every kind of type, and one value of it, written by hand after Avro's specification.
    private const string EveryKind = """
        {"type":"record","name":"Everything","fields":[
          {"name":"boolean","type":"boolean"},{"name":"int","type":"int"},{"name":"long","type":"long"},{"name":"float","type":"float"},
          {"name":"double","type":"double"},{"name":"bytes","type":"bytes"},{"name":"string","type":"string"},
          {"name":"enum","type":{"type":"enum","name":"Colour","symbols":["RED","BLUE"]}},
          {"name":"fixed","type":{"type":"fixed","name":"Two","size":2}},
          {"name":"union","type":["null","string"]},
          {"name":"array","type":{"type":"array","items":["null","long"]}},
          {"name":"map","type":{"type":"map","values":{"type":"record","name":"Inner","fields":[{"name":"x","type":"double"}]}}},
          {"name":"null","type":"null"}]}
        """;

    private const string Decoded = """{"boolean":true,"int":-1,"long":1000000000000,"float":0.5,"double":"-Infinity","bytes":"00ff","string":"ü","enum":"BLUE","fixed":"abcd","union":"u","array":[null,-2],"map":{"k":{"x":1.5}},"null":null}""";

    private static readonly byte[] Value =
    [
        1, 1, 0x80, 0xc0, 0xa8, 0xca, 0x9a, 0x3a, 0, 0, 0, 0x3f, 0, 0, 0, 0, 0, 0, 0xf0, 0xff, 4, 0, 0xff, 4, 0xc3, 0xbc, 2, 0xab, 0xcd, 2, 2, (byte)'u',
        3, 6, 0, 2, 3, 0, 2, 2, (byte)'k', 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0,
    ];

    [Fact]
    public async Task What_was_refused_is_listed_beside_what_is_no_dead_letter_and_its_bytes_are_decoded_where_they_can_be()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var everything = await RegisterAsync("everything" + command.Prefix);
        var letters = await LatestAsync(command.Prefix + "dead.letters-value");
        await SendAsync(command, "sensor.raw", Framed(everything, Value));
        await SendAsync(command, "sensor.raw", Framed(everything, Value[..^9]));
        await SendAsync(command, "sensor.raw", Framed(await LatestAsync(command.Prefix + "sensor.raw-value"), [6, .. "cow"u8, 0, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]));
        await SendAsync(command, "dead.letters", null);
        await SendAsync(command, "dead.letters", "hello"u8.ToArray());
        await SendAsync(command, "dead.letters", Framed(int.MaxValue, [1, 2, 3]));
        await SendAsync(command, "dead.letters", Framed(everything, Value));
        await SendAsync(command, "dead.letters", Framed(letters, [2]));

        await using var ingest = command.StartIngest();
        var list = await UntilAsync(command, ingest, matching: 8);
        Assert.Equal(5, list.GetProperty("unreadable").GetInt64());
        var all = list.GetProperty("deadLetters").EnumerateArray().ToArray();
        Assert.Equal(
            ["no value", "zero byte", "schema 2147483647", $"schema {everything}", $"do not follow schema {letters}"],
            all.Where(letter => letter.GetProperty("reason").GetString() == "unreadable").OrderBy(letter => letter.GetProperty("place").GetString(), StringComparer.Ordinal)
                .Zip(["no value", "zero byte", "schema 2147483647", $"schema {everything}", $"do not follow schema {letters}"])
                .Select(pair => pair.First.GetProperty("detail").GetString()!.Contains(pair.Second, StringComparison.Ordinal) ? pair.Second : pair.First.GetProperty("detail").GetString()!));

        // A filter leaves out what is no dead letter.
        Assert.Equal(3, (await command.JsonAsync(0, "deadletters", "list", "--stage", "SensorIngest")).GetProperty("matching").GetInt64());
        Assert.Contains("5 records of the topic are no dead letters.", await command.RunAsync(0, "deadletters", "list"));

        // The newest so many, and those from a time on.
        var two = (await command.JsonAsync(0, "deadletters", "list", "--limit", "2")).GetProperty("deadLetters").EnumerateArray().ToArray();
        Assert.Equal(all[^2..].Select(Stored), two.Select(Stored));
        var lastRefused = all[^1].GetProperty("refused").GetString()!;
        var since = await command.JsonAsync(0, "deadletters", "list", "--since", lastRefused);
        Assert.Equal(all.Where(letter => string.CompareOrdinal(letter.GetProperty("refused").GetString(), lastRefused) >= 0).Select(Stored), since.GetProperty("deadLetters").EnumerateArray().Select(Stored));
        Assert.Equal(0, (await command.JsonAsync(0, "deadletters", "list", "--since", "2099-01-01T00:00:00Z")).GetProperty("matching").GetInt64());
        Assert.Equal(8, (await command.JsonAsync(0, "deadletters", "list", "--since", "0")).GetProperty("matching").GetInt64());
        Assert.Contains("--limit '0'", await command.RunAsync(78, "deadletters", "list", "--limit", "0", "--since", "yesterday"));

        var whole = await command.JsonAsync(0, "deadletters", "show", $"{command.Prefix}sensor.raw/0/0");
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Decoded).RootElement, whole.GetProperty("decoded")), whole.ToString());
        Assert.Equal(everything, whole.GetProperty("schemaId").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(Framed(everything, Value)), whole.GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, (await command.JsonAsync(0, "deadletters", "show", $"{command.Prefix}sensor.raw/0/1")).GetProperty("decoded").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await command.JsonAsync(0, "deadletters", "show", $"{command.Prefix}sensor.raw/0/2")).GetProperty("decoded").ValueKind);
        Assert.Equal(Convert.ToHexStringLower("hello"u8), (await command.JsonAsync(0, "deadletters", "show", $"{command.Prefix}dead.letters/0/1")).GetProperty("value").GetString());
    }

    private static string Stored(JsonElement letter) => letter.GetProperty("stored").GetString()!;

    private static async Task<JsonElement> UntilAsync(Command command, ChildProcess ingest, long matching)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var list = await command.JsonAsync(0, "deadletters", "list");
            if (list.GetProperty("matching").GetInt64() == matching)
            {
                return list;
            }

            Assert.False(patience.IsCancellationRequested || ingest.HasExited, $"{list}\n{ingest.Output}");
        }
    }

    private static byte[] Framed(int schema, byte[] body)
    {
        var framed = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), schema);
        body.CopyTo(framed, 5);
        return framed;
    }

    private async Task SendAsync(Command command, string topic, byte[]? value)
    {
        using var producer = new ProducerBuilder<string, byte[]?>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).SetValueSerializer(Serializers.ByteArray!).Build();
        await producer.ProduceAsync(new TopicPartition(command.Prefix + topic, 0), new Message<string, byte[]?> { Key = "cow", Value = value! });
    }

    private async Task<int> RegisterAsync(string subject)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { schema = EveryKind }), Encoding.UTF8, "application/vnd.schemaregistry.v1+json");
        using var answer = await Http.PostAsync(new Uri($"{registry.Url}/subjects/{subject}/versions"), content);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32();
    }

    private async Task<int> LatestAsync(string subject) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri($"{registry.Url}/subjects/{subject}/versions/latest"))).GetProperty("id").GetInt32();
}
