using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Gateway.Tests.Readings;

/// <summary>Bodies of every wrong kind, sent to the gateway's program: one clear answer each, good neighbours accepted, memory bounded.</summary>
public sealed class BadBodiesTests(KafkaServer kafka, RegistryServer registry)
{
    private const int MostMegabytes = 600;
    private const string Rest = ""","event_time":1772362800123,"metrics":{"t":1}""";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Gateway__BodyTimeout"] = "00:00:04.5",
        ["Gateway__MaxPendingBytes"] = "8388608",
    };

    // Each a reading that is wrong in one way, with the kind of problem that it must be told.
    private static readonly (string Item, string Kind)[] WrongItems =
    [
        ("null", "malformed"),
        ("7", "malformed"),
        ("\"text\"", "malformed"),
        ("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "malformed"),
        ("{}", "malformed"),
        ($$$"""{"entity_id":"bad"{{{Rest}}},"tags":{"deep":[[[[[[[[[[[[{}]]]]]]]]]]]]}}""", "malformed"),
        ($$"""{"entity_id":"bad","entity_id":"bad2"{{Rest}}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":1,"t":1}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":"NaN"}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":"1.5"}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":"1772362800123","metrics":{"t":1}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123.5,"metrics":{"t":1}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":1e400}}""", "not-finite"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":-1e400}}""", "not-finite"),
        ($$"""{"entity_id":""{{Rest}}}""", "invalid-entity"),
        ($$"""{"entity_id":"{{new string('x', 10_000)}}"{{Rest}}}""", "invalid-entity"),
        ($$"""{"entity_id":"a\u0000b"{{Rest}}}""", "invalid-entity"),
        ($$"""{"entity_id":"\ud800"{{Rest}}}""", "malformed"),
        ($$"""{"entity_id":"\udc00x"{{Rest}}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"\ud800":1}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":1},"\udfff":1}""", "malformed"),
        ("""{"entity_id":"bad","event_time":1772362800123,"metrics":{""" + string.Join(',', Enumerable.Range(0, 10_000).Select(number => $"\"m{number}\":{number}")) + "}}", "too-many-metrics"),
        ($$$"""{"entity_id":"bad","event_time":1772362800123,"metrics":{"{{{new string('m', 10_000)}}}":1}}""", "invalid-metric"),
        ("""{"entity_id":"bad","event_time":99999999999999999999999999,"metrics":{"t":1}}""", "malformed"),
        ("""{"entity_id":"bad","event_time":9223372036854775807,"metrics":{"t":1}}""", "time-in-future"),
        ("""{"entity_id":"bad","event_time":-9223372036854775808,"metrics":{"t":1}}""", "time-too-old"),
    ];

    [Fact]
    public async Task Each_wrong_body_gets_one_clear_answer_and_its_neighbours_are_accepted()
    {
        await using var gateway = await GatewayProcess.StartAsync(await kafka.StartAsync(), await registry.StartAsync(), Settings);
        await CheckItemsAsync(gateway);
        await CheckBodiesAsync(gateway);
        await CheckConnectionsAsync(gateway);
        await CheckFloodAsync(gateway);

        using var last = await gateway.PostAsync(GatewayProcess.Reading("last"));
        Assert.Equal(HttpStatusCode.Accepted, last.StatusCode);
        Assert.False(gateway.Process.HasExited, gateway.Process.Output);
        Assert.InRange(gateway.PeakMegabytes, 1, MostMegabytes);
        Assert.DoesNotContain("failed", gateway.Process.Output, StringComparison.Ordinal);
        var stored = await gateway.EntitiesAsync();
        Assert.Equal([.. Enumerable.Range(0, WrongItems.Length).Select(index => $"good-{index:D2}"), "last", "marked"], stored);
    }

    private static async Task CheckItemsAsync(GatewayProcess gateway)
    {
        var body = string.Join(',', WrongItems.Select((wrong, index) => $$"""{{wrong.Item}},{"entity_id":"good-{{index:D2}}"{{Rest}}}"""));
        var (status, answer) = await SendAsync(gateway, Encoding.UTF8.GetBytes($"[{body}]"));
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(WrongItems.Length, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(
            WrongItems.SelectMany(wrong => new[] { wrong.Kind, "accepted" }),
            answer.GetProperty("results").EnumerateArray().Select(result => result.TryGetProperty("problem", out var problem)
                ? problem.GetProperty("type").GetString()!.Replace("urn:streaming:problem:reading:", "", StringComparison.Ordinal)
                : result.GetProperty("status").GetString()!));

        // Each alone is refused in the same words, and nothing of the program's inside is told.
        foreach (var (index, wrong) in WrongItems.Index())
        {
            var (alone, problem) = await SendAsync(gateway, Encoding.UTF8.GetBytes($"[{wrong.Item}]"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, alone);
            Assert.Equal(Words(answer.GetProperty("results")[2 * index].GetProperty("problem")), Words(Assert.Single(problem.GetProperty("errors").EnumerateArray())));
            Assert.InRange(problem.GetProperty("detail").GetString()!.Length, 5, 400);
            Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
        }
    }

    // How far ahead of now a time lies changes from one request to the next.
    private static string Words(JsonElement problem) => string.Concat(problem.GetProperty("detail").GetString()!.Where(letter => !char.IsDigit(letter)));

    private static async Task CheckBodiesAsync(GatewayProcess gateway)
    {
        var good = Encoding.UTF8.GetBytes($$"""{"entity_id":"bad"{{Rest}}}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", good[..^1]);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", good[..20]);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", [.. good, .. good]);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", """{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":NaN}}"""u8.ToArray());
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", """{"entity_id":"bad","event_time":1772362800123,"metrics":{"t":Infinity}}"""u8.ToArray());
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(good)));
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", [.. good[..15], 0xff, .. good[15..]]);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", [.. good[..15], 0xed, 0xa0, 0x80, .. good[15..]]); // a surrogate in UTF-8
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", Encoding.UTF8.GetBytes(new string('[', 100_000)));
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", new byte[1 << 20]);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", []);
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", """{"readings":[],"readings":[{}]}"""u8.ToArray());
        await ExpectAsync(HttpStatusCode.UnprocessableEntity, "readings-refused", """{"\ud800":1}"""u8.ToArray());
        await ExpectAsync(HttpStatusCode.RequestEntityTooLarge, "too-many-readings", Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", 1_000_000))}]"));
        await ExpectAsync(HttpStatusCode.RequestEntityTooLarge, "too-large", new byte[5 << 20]);
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", good, "text/plain");
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", good, "application/xml");
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", good, "application/json; charset=iso-8859-1");
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-encoding", Bomb(), "application/json", "gzip");
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-encoding", Bomb(), "application/json", "br");
        await ExpectAsync(HttpStatusCode.BadRequest, "malformed", Bomb());

        // A byte order mark, as some programs put in front of UTF-8, is no mistake.
        var (marked, _) = await SendAsync(gateway, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes($$"""{"entity_id":"marked"{{Rest}}}""")]);
        Assert.Equal(HttpStatusCode.Accepted, marked);

        async Task ExpectAsync(HttpStatusCode expected, string kind, byte[] body, string type = "application/json", string? encoding = null)
        {
            var (status, problem) = await SendAsync(gateway, body, type, encoding);
            Assert.Equal((expected, $"urn:streaming:problem:{kind}"), (status, problem.GetProperty("type").GetString()));
            Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task CheckConnectionsAsync(GatewayProcess gateway)
    {
        const string Head = "POST /v1/readings HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n";

        // A byte now and then, with its length known, and in chunks without end.
        var trickle = TalkAsync(gateway, Head + "Content-Length: 1000\r\n\r\n{", " ", TimeSpan.FromMilliseconds(200));
        var chunks = TalkAsync(gateway, Head + "Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n", "1\r\n \r\n", TimeSpan.FromMilliseconds(200));
        // Chunks without end and without a pause.
        var flood = TalkAsync(gateway, Head + "Transfer-Encoding: chunked\r\n\r\n", $"8000\r\n{new string(' ', 0x8000)}\r\n", TimeSpan.Zero);
        var silent = TalkAsync(gateway, Head + "Content-Length: 1000\r\n\r\n{", "", TimeSpan.FromMilliseconds(200));
        var wrong = TalkAsync(gateway, Head + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", "", TimeSpan.FromMilliseconds(200));
        Expect(await trickle, 408, "too-slow");
        Expect(await chunks, 408, "too-slow");
        Expect(await flood, 413, "too-large");
        Expect(await silent, 408, "too-slow");
        Expect(await wrong, 400, "bad-request");

        // Cut off in the middle: nobody is there to be answered, and nobody else notices.
        using (var cut = new TcpClient())
        {
            await cut.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
            await cut.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head + "Content-Length: 1000\r\n\r\n[{\"entity_id\":"));
        }

        static void Expect(string answer, int status, string kind)
        {
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
            Assert.Contains($"\"urn:streaming:problem:{kind}\"", answer, StringComparison.Ordinal);
        }
    }

    // All at once more than may wait, of the kind that takes most memory to look at.
    private static async Task CheckFloodAsync(GatewayProcess gateway)
    {
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", 2_000_000))}]");
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => SendAsync(gateway, body)));
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.ServiceUnavailable, HttpStatusCode.RequestTimeout }));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.RequestEntityTooLarge);
    }

    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[64 << 20]);
        }

        return packed.ToArray();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(GatewayProcess gateway, byte[] body, string type = "application/json", string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/readings") { Content = content };
        request.Headers.ExpectContinue = body.Length > 1 << 20; // a refusal may come before all is sent
        using var answer = await gateway.Http.SendAsync(request);
        Assert.Equal(answer.IsSuccessStatusCode ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Sends a beginning, and the same again and again until an answer comes.</summary>
    private static async Task<string> TalkAsync(GatewayProcess gateway, string head, string again, TimeSpan pause)
    {
        using var client = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port, patience.Token);
        var stream = client.GetStream();
        var answering = ReadAsync(stream, patience.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), patience.Token);
        var more = Encoding.ASCII.GetBytes(again);
        try
        {
            while (!answering.IsCompleted)
            {
                await stream.WriteAsync(more, patience.Token);
                await Task.Delay(pause, patience.Token);
            }
        }
        catch (IOException)
        {
            // The gateway has closed the connection; what it said before is read all the same.
        }

        return await answering;
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (!text.ToString().Contains('}', StringComparison.Ordinal) && await stream.ReadAsync(buffer, cancellation) is var count and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // Reset behind its answer, since more was on its way.
        }

        return text.ToString();
    }
}
