using System.Net;
using System.Text;
using System.Text.Json;
using Streaming.Avro.Registry;
using Streaming.Registry.Embedded;

namespace Streaming.Registry.Tests;

/// <summary>Where the registry in the process follows Confluent's and other registries differ.</summary>
public sealed class EmbeddedRegistryTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private EmbeddedSchemaRegistry? _registry;

    public async ValueTask InitializeAsync()
    {
        _registry = await EmbeddedSchemaRegistry.StartAsync();
        _http.BaseAddress = _registry.Url;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _registry!.DisposeAsync();
    }

    [Fact]
    public async Task It_begins_with_nothing_and_BACKWARD_for_all()
    {
        Assert.Equal((200, "[]"), await GetAsync("/subjects"));
        Assert.Equal((200, """{"compatibilityLevel":"BACKWARD"}"""), await GetAsync("/config"));
        Assert.Equal((200, """["AVRO"]"""), await GetAsync("/schemas/types"));
        Assert.Equal((200, """{"mode":"READWRITE"}"""), await GetAsync("/mode"));
    }

    [Fact]
    public async Task Ids_count_from_one_and_places_are_listed()
    {
        Assert.Equal((200, """{"id":1}"""), await PostAsync("/subjects/b/versions", """{"schema":"\"int\""}"""));
        Assert.Equal((200, """{"id":2}"""), await PostAsync("/subjects/b/versions", """{"schema":"\"long\""}"""));
        Assert.Equal((200, """{"id":2}"""), await PostAsync("/subjects/a/versions", """{"schema":"{\"type\":\"long\"}"}"""));

        Assert.Equal((200, """["a","b"]"""), await GetAsync("/subjects"));
        Assert.Equal((200, """["b"]"""), await GetAsync("/subjects?subjectPrefix=b"));
        Assert.Equal((200, """[{"subject":"a","version":1},{"subject":"b","version":2}]"""), await GetAsync("/schemas/ids/2/versions"));
        Assert.Equal((200, """["a","b"]"""), await GetAsync("/schemas/ids/2/subjects"));
        Assert.Equal((200, "\"long\""), await GetAsync("/schemas/ids/2/schema"));
        Assert.Equal((200, "\"int\""), await GetAsync("/subjects/b/versions/1/schema"));
    }

    [Fact]
    public async Task Errors_are_Confluents()
    {
        await PostAsync("/subjects/s/versions", """{"schema":"\"int\""}""");

        Assert.Equal((404, 40408), await CodeAsync(GetAsync("/config/s")));
        Assert.Equal((200, """{"compatibilityLevel":"BACKWARD"}"""), await GetAsync("/config/s?defaultToGlobal=true"));
        Assert.Equal((422, 42203), await CodeAsync(SendAsync(HttpMethod.Put, "/config/s", """{"compatibility":"SIDEWAYS"}""")));
        Assert.Equal((422, 42202), await CodeAsync(GetAsync("/subjects/s/versions/0")));
        Assert.Equal((422, 42202), await CodeAsync(GetAsync("/subjects/s/versions/first")));
        Assert.Equal((404, 40402), await CodeAsync(GetAsync("/subjects/s/versions/2")));
        Assert.Equal((404, 40403), await CodeAsync(PostAsync("/subjects/s", """{"schema":"\"long\""}""")));
        Assert.Equal((404, 40403), await CodeAsync(GetAsync("/schemas/ids/0")));
        Assert.Equal((409, 409), await CodeAsync(PostAsync("/subjects/s/versions", """{"schema":"\"string\""}""")));
        Assert.Equal((422, 42201), await CodeAsync(PostAsync("/subjects/s/versions", """{"schema":"syntax","schemaType":"PROTOBUF"}""")));
        Assert.Equal((422, 42201), await CodeAsync(PostAsync("/subjects/s/versions", """{"schema":"\"int\"","references":[{"name":"x","subject":"y","version":1}]}""")));
        Assert.Equal((422, 42201), await CodeAsync(PostAsync("/subjects/s/versions", "{}")));
        Assert.Equal((400, 400), await CodeAsync(PostAsync("/subjects/s/versions", "{")));
        Assert.Equal((400, 400), await CodeAsync(PostAsync("/subjects/s/versions", "null")));
    }

    [Fact]
    public async Task A_recursive_or_very_deep_schema_is_invalid_and_harms_nobody()
    {
        const string Recursive = """{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"R\"]}]}""";
        Assert.Equal((422, 42201), await CodeAsync(PostAsync("/subjects/s/versions", $$"""{"schema":"{{Recursive}}"}""")));

        var deep = string.Concat(Enumerable.Repeat("""{\"type\":\"array\",\"items\":""", 20_000)) + "\\\"int\\\"" + new string('}', 20_000);
        Assert.Equal((422, 42201), await CodeAsync(PostAsync("/subjects/s/versions", $$"""{"schema":"{{deep}}"}""")));
        Assert.Equal((200, "[]"), await GetAsync("/subjects"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_announced_or_not()
    {
        var large = "{\"schema\":\"" + new string(' ', SchemaRegistryEndpoints.MaxBodyBytes) + "\"}";
        Assert.Equal((413, 413), await CodeAsync(PostAsync("/subjects/s/versions", large)));

        using var unannounced = new HttpRequestMessage(HttpMethod.Post, "/subjects/s/versions") { Content = new StringContent(large) };
        unannounced.Headers.TransferEncodingChunked = true;
        using var response = await _http.SendAsync(unannounced);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains($"larger than {SchemaRegistryEndpoints.MaxBodyBytes} bytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_against_one_version_leaves_the_others_out()
    {
        await PostAsync("/subjects/s/versions", """{"schema":"\"string\""}""");
        await SendAsync(HttpMethod.Put, "/config/s", """{"compatibility":"NONE"}""");
        await PostAsync("/subjects/s/versions", """{"schema":"\"int\""}""");
        await SendAsync(HttpMethod.Put, "/config/s", """{"compatibility":"backward_transitive"}""");

        Assert.Equal((200, """{"is_compatible":true}"""), await PostAsync("/compatibility/subjects/s/versions/latest", """{"schema":"\"long\""}"""));
        Assert.Equal((200, """{"is_compatible":true,"messages":[]}"""), await PostAsync("/compatibility/subjects/s/versions/2?verbose=true", """{"schema":"\"long\""}"""));
        Assert.Equal((200, """{"is_compatible":false}"""), await PostAsync("/compatibility/subjects/s/versions/1", """{"schema":"\"long\""}"""));
        Assert.Equal((200, """{"is_compatible":false}"""), await PostAsync("/compatibility/subjects/s/versions", """{"schema":"\"long\""}"""));
        Assert.Equal((404, 40401), await CodeAsync(PostAsync("/compatibility/subjects/other/versions/1", """{"schema":"\"long\""}""")));
    }

    [Fact]
    public async Task Attributes_that_matter_to_others_make_another_schema()
    {
        await SendAsync(HttpMethod.Put, "/config", """{"compatibility":"NONE"}""");
        var first = await PostAsync("/subjects/s/versions", """{"schema":"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}"}""");
        var again = await PostAsync("/subjects/s/versions", """{"schema":"{\"scale\":2,\"precision\":9,\"logicalType\":\"decimal\",\"type\":\"bytes\"}"}""");
        var other = await PostAsync("/subjects/s/versions", """{"schema":"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":3}"}""");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task Answers_have_the_interfaces_content_type()
    {
        using var response = await _http.GetAsync(new Uri("/schemas/ids/1", UriKind.Relative));
        Assert.Equal("application/vnd.schemaregistry.v1+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public void A_store_that_is_full_says_so_and_still_finds_what_it_has()
    {
        var store = new SchemaRegistryStore();
        for (var i = 1; i <= SchemaRegistryStore.MaxSchemas; i++)
        {
            Assert.Equal(i, store.Register($"s{i}", Named(i)));
        }

        Assert.Equal(50001, Assert.Throws<RegistryRefusal>(() => store.Register("more", Named(SchemaRegistryStore.MaxSchemas + 1))).Code);
        Assert.Equal(5, store.Register("more", Named(5)));

        static string Named(int number) => $$"""{"type":"fixed","name":"F{{number}}","size":1}""";
    }

    [Fact]
    public async Task Many_at_once_get_one_id_for_one_schema()
    {
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = _registry!.Url.AbsoluteUri });
        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            client.RegisterAsync($"s{number}", $$"""{"type":"fixed","name":"F{{number % 4}}","size":1}""", CancellationToken.None)));

        Assert.Equal([1, 2, 3, 4], ids.Distinct().Order());
        Assert.All(ids.Index().GroupBy(id => id.Index % 4), same => Assert.Single(same.Select(id => id.Item).Distinct()));
    }

    private static async Task<(int Status, int Code)> CodeAsync(Task<(int Status, string Body)> answering)
    {
        var (status, body) = await answering;
        using var error = JsonDocument.Parse(body);
        Assert.NotEmpty(error.RootElement.GetProperty("message").GetString()!);
        return (status, error.RootElement.GetProperty("error_code").GetInt32());
    }

    private Task<(int Status, string Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    private Task<(int Status, string Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/vnd.schemaregistry.v1+json");
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
