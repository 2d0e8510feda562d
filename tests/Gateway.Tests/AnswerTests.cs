using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Streaming.Gateway.Tests;

[Collection(SharedGatewayTests.Name)]
public sealed class AnswerTests(SharedGateway shared)
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/app.css", "text/css")]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/vendor/uplot/uPlot.iife.min.js", "text/javascript")]
    [InlineData("/openapi/v1.json", "application/json")]
    [InlineData("/v1/chain", "application/json")]
    [InlineData("/v1/nothing", "application/problem+json")]
    public async Task Every_answer_has_the_strict_headers(string path, string type)
    {
        using var answer = await (await shared.GetAsync()).Http.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        var gateway = await shared.GetAsync();
        using var first = await gateway.Http.GetAsync("/app.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/app.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task The_OpenAPI_document_has_the_routes_that_are_mapped()
    {
        var gateway = await shared.GetAsync();
        var document = await DocumentAsync(gateway);
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = gateway.Server.Routes.Where(route => route.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(route => $"{route.Method} {route.Path}");
        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_OpenAPI_document_has_the_names_that_are_answered()
    {
        var schemas = (await DocumentAsync(await shared.GetAsync())).GetProperty("components").GetProperty("schemas");
        var known = new Dictionary<string, JsonTypeInfo>();
        foreach (var root in new JsonTypeInfo[] { GatewayJson.Default.ChainAnswer, GatewayJson.Default.EntitiesAnswer, GatewayJson.Default.PredictionsAnswer, GatewayJson.Default.ReadingsAnswer, GatewayJson.Default.Problem })
        {
            Gather(root, known);
        }

        Assert.Equal(known.Keys.Append("Reading").Order(StringComparer.Ordinal), schemas.EnumerateObject().Select(schema => schema.Name).Order(StringComparer.Ordinal));
        Assert.All(known, type => Assert.Equal(
            type.Value.Properties.Select(property => property.Name).Order(StringComparer.Ordinal),
            schemas.GetProperty(type.Key).GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)));
    }

    private static void Gather(JsonTypeInfo type, Dictionary<string, JsonTypeInfo> known)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            Gather(GatewayJson.Default.GetTypeInfo(type.ElementType!)!, known);
        }
        else if (type.Kind == JsonTypeInfoKind.Object && known.TryAdd(type.Type.Name, type))
        {
            foreach (var property in type.Properties)
            {
                Gather(GatewayJson.Default.GetTypeInfo(property.PropertyType)!, known);
            }
        }
    }

    private static async Task<JsonElement> DocumentAsync(TestGateway gateway) => JsonDocument.Parse(await gateway.Http.GetStringAsync("/openapi/v1.json")).RootElement;
}
