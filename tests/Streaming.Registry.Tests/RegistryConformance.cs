using System.Net;
using System.Text;
using System.Text.Json;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

/// <summary>What the client and the chain expect of any registry. Every test has subjects of its own.</summary>
public abstract class RegistryConformance : RegistryTests
{
    private const string Base = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"string"}]}""";
    private const string WithDefault = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"string"},{"name":"b","type":"int","default":1}]}""";
    private const string WithoutDefault = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"string"},{"name":"b","type":"int"}]}""";
    private const string OtherType = """{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int"}]}""";
    private const string Empty = """{"type":"record","name":"R","namespace":"n","fields":[]}""";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _subject = $"conformance-{Guid.NewGuid():n}-value";

    [Fact]
    public async Task A_registered_schema_is_found_by_id_by_text_and_as_the_latest()
    {
        var id = await Client.RegisterAsync(_subject, Base, None);

        var byId = await Client.FindByIdAsync(id, None);
        var byText = await Client.FindAsync(_subject, Base, None);
        var latest = await Client.FindLatestAsync(_subject, None);

        AssertSameJson(Base, byId!.Text);
        Assert.Equal("AVRO", byId.Type);
        Assert.False(byId.HasReferences);
        Assert.Equal((id, 1, _subject), (byText!.Id, byText.Version, byText.Subject));
        Assert.Equal((id, 1, _subject), (latest!.Id, latest.Version, latest.Subject));
        AssertSameJson(Base, latest.Schema);
        Assert.Equal([1], await Client.ListVersionsAsync(_subject, None));
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_empty()
    {
        Assert.Null(await Client.FindByIdAsync(1_999_999_999, None));
        Assert.Null(await Client.FindAsync(_subject, Base, None));
        Assert.Null(await Client.FindLatestAsync(_subject, None));
        Assert.Empty(await Client.ListVersionsAsync(_subject, None));

        await Client.RegisterAsync(_subject, Base, None);
        Assert.Null(await Client.FindAsync(_subject, OtherType, None));
    }

    [Fact]
    public async Task The_same_schema_in_other_words_is_the_same()
    {
        var id = await Client.RegisterAsync(_subject, Base, None);

        Assert.Equal(id, await Client.RegisterAsync(_subject, Base, None));
        Assert.Equal(id, await Client.RegisterAsync(_subject, """ { "name" : "R", "namespace": "n", "fields" : [ {"type": {"type":"string"}, "name":"a"} ], "type":"record" } """, None));
        Assert.Equal(id, await Client.RegisterAsync(_subject + "2", Base, None));
        Assert.Equal([1], await Client.ListVersionsAsync(_subject, None));
    }

    [Fact]
    public async Task Many_who_register_the_same_at_once_all_get_its_id()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Client.RegisterAsync(_subject, Base, None)));

        // A registry of several machines may note it as two versions of the subject; the id is what records carry.
        Assert.Single(ids.Distinct());
        Assert.Equal(ids[0], (await Client.FindLatestAsync(_subject, None))!.Id);
        Assert.Equal(ids[0], (await Client.FindAsync(_subject, Base, None))!.Id);
    }

    [Fact]
    public async Task Versions_count_up_and_ids_are_one_for_all_subjects()
    {
        await Client.SetCompatibilityAsync(_subject, CompatibilityLevel.Backward, None);
        var first = await Client.RegisterAsync(_subject, Base, None);
        var second = await Client.RegisterAsync(_subject, WithDefault, None);

        Assert.NotEqual(first, second);
        Assert.Equal([1, 2], await Client.ListVersionsAsync(_subject, None));
        Assert.Equal((second, 2), (await Client.FindLatestAsync(_subject, None)) is { } latest ? (latest.Id, latest.Version) : default);
        Assert.Equal(second, await Client.RegisterAsync(_subject + "2", WithDefault, None));
    }

    [Fact]
    public async Task A_level_can_be_set_before_the_subject_is_there_and_holds_after()
    {
        await Client.SetCompatibilityAsync(_subject, CompatibilityLevel.FullTransitive, None);
        await Client.RegisterAsync(_subject, Base, None);
        Assert.Equal(CompatibilityLevel.FullTransitive, await Client.FindCompatibilityAsync(_subject, None));

        foreach (var level in Enum.GetValues<CompatibilityLevel>())
        {
            await Client.SetCompatibilityAsync(_subject, level, None);
            Assert.Equal(level, await Client.FindCompatibilityAsync(_subject, None));
        }
    }

    /// <summary>Whether a subject with Base then WithDefault takes the third schema, for each level: computed by hand from Avro's rules.</summary>
    [Theory]
    [InlineData(CompatibilityLevel.None, OtherType, true)]
    [InlineData(CompatibilityLevel.Backward, Empty, true)]
    [InlineData(CompatibilityLevel.Backward, WithoutDefault, true)] // reads the latest, which always has b
    [InlineData(CompatibilityLevel.BackwardTransitive, WithoutDefault, false)] // but not the first
    [InlineData(CompatibilityLevel.Backward, OtherType, false)]
    [InlineData(CompatibilityLevel.BackwardTransitive, Empty, true)]
    [InlineData(CompatibilityLevel.Forward, Empty, false)] // nobody fills in a
    [InlineData(CompatibilityLevel.Forward, WithoutDefault, true)]
    [InlineData(CompatibilityLevel.ForwardTransitive, WithoutDefault, true)]
    [InlineData(CompatibilityLevel.ForwardTransitive, OtherType, false)]
    [InlineData(CompatibilityLevel.Full, WithoutDefault, true)]
    [InlineData(CompatibilityLevel.FullTransitive, WithoutDefault, false)]
    [InlineData(CompatibilityLevel.Full, Empty, false)]
    public async Task Each_level_takes_what_it_should_and_nothing_else(CompatibilityLevel level, string third, bool isTaken)
    {
        await Client.RegisterAsync(_subject, Base, None);
        await Client.RegisterAsync(_subject, WithDefault, None);
        await Client.SetCompatibilityAsync(_subject, level, None);

        if (isTaken)
        {
            await Client.RegisterAsync(_subject, third, None);
            Assert.Equal([1, 2, 3], await Client.ListVersionsAsync(_subject, None));
        }
        else
        {
            var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => Client.RegisterAsync(_subject, third, None));
            Assert.Equal(RegistryFault.Incompatible, failure.Fault);
            Assert.Equal([1, 2], await Client.ListVersionsAsync(_subject, None));
        }
    }

    [Fact]
    public async Task Compatibility_can_be_asked_beforehand_and_the_answer_says_why_not()
    {
        Assert.True((await Client.CheckCompatibilityAsync(_subject, Base, None)).IsCompatible);

        await Client.SetCompatibilityAsync(_subject, CompatibilityLevel.Backward, None);
        await Client.RegisterAsync(_subject, Base, None);
        var good = await Client.CheckCompatibilityAsync(_subject, WithDefault, None);
        var bad = await Client.CheckCompatibilityAsync(_subject, OtherType, None);

        Assert.True(good.IsCompatible);
        Assert.Empty(good.Messages);
        Assert.False(bad.IsCompatible);
        Assert.Contains(bad.Messages, message => message.Contains("string", StringComparison.OrdinalIgnoreCase));
        Assert.Equal([1], await Client.ListVersionsAsync(_subject, None));
    }

    [Theory]
    [InlineData("{\"type\":\"rec")]
    [InlineData("{\"type\":\"nothing\"}")]
    [InlineData("")]
    public async Task What_is_no_schema_is_invalid(string text)
    {
        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => Client.RegisterAsync(_subject, text, None));
        Assert.Equal(RegistryFault.Invalid, failure.Fault);
    }

    [Theory]
    [InlineData("GET", "/schemas/ids/1999999999", null, 404, 40403)]
    [InlineData("GET", "/subjects/{0}/versions", null, 404, 40401)]
    [InlineData("POST", "/subjects/{0}", """{"schema":"\"string\""}""", 404, 40401)]
    [InlineData("POST", "/subjects/{0}/versions", """{"schema":"{"}""", 422, 42201)]
    public async Task Errors_have_the_codes_that_clients_know(string method, string path, string? body, int status, int code)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), BaseUrl + string.Format(null, path, _subject));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/vnd.schemaregistry.v1+json");

        using var response = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        using var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(code, error.RootElement.GetProperty("error_code").GetInt32());
        Assert.NotEmpty(error.RootElement.GetProperty("message").GetString()!);
    }

    private static void AssertSameJson(string expected, string actual) =>
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(expected), System.Text.Json.Nodes.JsonNode.Parse(actual)), actual);
}
