using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Streaming.Contracts;

namespace Streaming.Gateway.Tests.Readings;

[Collection(SharedGatewayTests.Name)]
public sealed class PostReadingsTests(SharedGateway shared)
{
    private const string Good = """{"entity_id":"room-ü","event_time":"2026-03-01T12:00:00.1239+01:00","metrics":{"temperature":21.5,"co2":1e3},"device_id":"wall","sequence":7,"tags":{"by":"hand"}}""";

    [Theory]
    [InlineData(Good, 1)]
    [InlineData("[" + Good + "]", 1)]
    [InlineData("""{"readings":[""" + Good + "," + Good + "]}", 2)]
    public async Task Each_of_the_three_shapes_is_accepted(string body, int readings)
    {
        var (status, answer) = await PostAsync(body);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(readings, answer.GetProperty("accepted").GetInt32());
        Assert.All(answer.GetProperty("results").EnumerateArray(), result => Assert.True(result.GetProperty("offset").GetInt64() >= 0));
    }

    [Fact]
    public async Task What_is_accepted_is_in_the_topic_as_it_was_sent_and_what_is_refused_is_not()
    {
        var entity = $"entity-{Guid.NewGuid():N}";
        var good = Good.Replace("room-ü", entity, StringComparison.Ordinal);
        var bad = good.Replace("21.5", "1e999", StringComparison.Ordinal).Replace(":7", ":8", StringComparison.Ordinal);
        var (status, answer) = await PostAsync($"[{bad},{good}]");
        Assert.Equal(HttpStatusCode.Accepted, status);
        var refused = answer.GetProperty("results")[0];
        Assert.Equal("refused", refused.GetProperty("status").GetString());
        Assert.Equal("urn:streaming:problem:reading:not-finite", refused.GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal("metrics", refused.GetProperty("problem").GetProperty("field").GetString());
        Assert.Equal(0, refused.GetProperty("problem").GetProperty("index").GetInt32());

        var gateway = await shared.GetAsync();
        var line = JsonDocument.Parse(Assert.Single(await gateway.ReadAsync(Topics.SensorRaw), line => line.Contains(entity, StringComparison.Ordinal))).RootElement;
        var accepted = answer.GetProperty("results")[1];
        Assert.Equal(accepted.GetProperty("partition").GetInt32(), line.GetProperty("partition").GetInt32());
        Assert.Equal(accepted.GetProperty("offset").GetInt64(), line.GetProperty("offset").GetInt64());
        Assert.Equal(entity, line.GetProperty("key").GetString());
        var value = line.GetProperty("value");
        Assert.Equal(1772362800123, value.GetProperty("event_time").GetInt64());
        Assert.Equal("0x1.5800000000000p+4", value.GetProperty("metrics").GetProperty("temperature").GetString());
        Assert.Equal("wall", value.GetProperty("device_id").GetString());
        Assert.Equal(7, value.GetProperty("sequence").GetInt64());
        Assert.Equal("hand", value.GetProperty("tags").GetProperty("by").GetString());
        Assert.Equal("entity", value.GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not as JSON")]
    [InlineData("{}x", "not as JSON")]
    [InlineData("[", "not as JSON")]
    [InlineData("nonsense", "not as JSON")]
    [InlineData("7", "must be a reading")]
    [InlineData("null", "must be a reading")]
    [InlineData("[]", "must be a reading")]
    [InlineData("""{"readings":[]}""", "must be a reading")]
    [InlineData("""{"readings":{}}""", "must be a reading")]
    [InlineData("""{"readings":[{}],"more":1}""", "must be a reading")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]", "deeper")]
    [InlineData("{\"\\ud800\":1,\"readings\":[]}", "must be a reading")]
    public async Task A_body_that_cannot_be_read_is_400(string body, string words)
    {
        var (status, problem) = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("urn:streaming:problem:malformed", problem.GetProperty("type").GetString());
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_400()
    {
        var content = new ByteArrayContent([.. "{\"entity_id\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (status, problem) = await SendAsync(content);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("UTF-8", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "malformed", null)]
    [InlineData("{}", "malformed", "entity_id")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123}""", "malformed", "metrics")]
    [InlineData("""{"entity_id":"a","metrics":{"t":1}}""", "malformed", "event_time")]
    [InlineData("""{"entity_id":7,"event_time":1772362800123,"metrics":{"t":1}}""", "malformed", "entity_id")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":[1]}""", "malformed", "metrics")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":"1"}}""", "malformed", "metrics")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":null}}""", "malformed", "metrics")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1,"t":2}}""", "malformed", "metrics")]
    [InlineData("""{"entity_id":"a","entity_id":"b","event_time":1772362800123,"metrics":{"t":1}}""", "malformed", "entity_id")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1},"sequnce":3}""", "malformed", "sequnce")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1},"sequence":3.5}""", "malformed", "sequence")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1},"sequence":9223372036854775808}""", "malformed", "sequence")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1},"scope":"herd"}""", "malformed", "scope")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1},"tags":{"a":1}}""", "malformed", "tags")]
    [InlineData("""{"entity_id":"a","event_time":"2026-03-01T12:00:00","metrics":{"t":1}}""", "malformed", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":"2026-02-30T12:00:00Z","metrics":{"t":1}}""", "malformed", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":"yesterday","metrics":{"t":1}}""", "malformed", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":"2026-03-01T12:00:00Z\n","metrics":{"t":1}}""", "malformed", "event_time")]
    [InlineData("""{"entity_id":"\ud800","event_time":1772362800123,"metrics":{"t":1}}""", "malformed", null)]
    [InlineData("""{"entity_id":"","event_time":1772362800123,"metrics":{"t":1}}""", "invalid-entity", "entity_id")]
    [InlineData("""{"entity_id":"a\u0000b","event_time":1772362800123,"metrics":{"t":1}}""", "invalid-entity", "entity_id")]
    [InlineData("""{"entity_id":"a","event_time":"2100-01-01T00:00:00Z","metrics":{"t":1}}""", "time-in-future", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":0,"metrics":{"t":1}}""", "time-too-old", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":-5,"metrics":{"t":1}}""", "time-too-old", "event_time")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{}}""", "no-metrics", "metrics")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"":1}}""", "invalid-metric", "metrics")]
    [InlineData("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":-1e400}}""", "not-finite", "metrics")]
    public async Task A_reading_that_breaks_a_rule_is_told_which(string reading, string kind, string? field)
    {
        var (status, problem) = await PostAsync($"[{reading}]");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal($"urn:streaming:problem:reading:{kind}", error.GetProperty("type").GetString());
        Assert.Equal(field, error.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_ids_many_metrics_and_long_tags_are_refused_by_the_limits_of_SensorIngest()
    {
        const string Rest = ""","event_time":1772362800123,"metrics":""";
        var metrics = string.Join(',', Enumerable.Range(0, 257).Select(number => $"\"m{number}\":1"));
        var (status, problem) = await PostAsync($$"""
            [{"entity_id":"{{new string('a', 257)}}"{{Rest}}{"t":1} },
             {"entity_id":"a"{{Rest}}{ {{metrics}} } },
             {"entity_id":"a","device_id":"{{new string('d', 257)}}"{{Rest}}{"t":1} },
             {"entity_id":"a","tags":{"t":"{{new string('x', 4097)}}"}{{Rest}}{"t":1} }]
            """);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(
            ["invalid-entity entity_id", "too-many-metrics metrics", "too-large device_id", "too-large tags"],
            problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("type").GetString()!.Split(':')[^1]} {error.GetProperty("field").GetString()}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonp")]
    public async Task Another_content_type_is_415(string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(content)).Status);
    }

    [Fact]
    public async Task A_compressed_body_is_415()
    {
        var content = new StringContent(Good, Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(content)).Status);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_413()
    {
        var (status, problem) = await PostAsync(new string(' ', 65 << 10) + Good);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("urn:streaming:problem:too-large", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task More_readings_than_the_bound_are_413()
    {
        var (status, problem) = await PostAsync($"[{string.Join(',', Enumerable.Repeat(Good, 51))}]");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("urn:streaming:problem:too-many-readings", problem.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/readings", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/chain", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/../appsettings.json", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/entities/a/predictions?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/entities/a/predictions?limit=many", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, HttpStatusCode expected)
    {
        var gateway = await shared.GetAsync();
        using var answer = await gateway.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string body) => SendAsync(new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpContent content)
    {
        var gateway = await shared.GetAsync();
        using var answer = await gateway.Http.PostAsync("/v1/readings", content);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        if (!answer.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal((int)answer.StatusCode, body.GetProperty("status").GetInt32());
        }

        return (answer.StatusCode, body);
    }
}
