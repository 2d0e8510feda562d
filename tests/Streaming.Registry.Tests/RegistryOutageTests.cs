using System.Diagnostics;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Testing;

namespace Streaming.Registry.Tests;

/// <summary>A registry that fails while records come in: they wait, and none is held for bad.</summary>
public sealed class RegistryOutageTests
{
    private const string Text = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";

    private static readonly AvroSchema Reader = AvroSchema.Parse(Text);

    [Fact]
    public async Task While_a_real_registry_hangs_ids_wait_and_known_ones_stay_and_after_it_all_are_right()
    {
        await using var server = new RegistryServer();
        using var patient = new SchemaRegistryClient(new SchemaRegistryOptions { Url = await server.StartAsync() });
        using var client = Client(server.Url);
        var known = await patient.RegisterAsync("known-value", Text, CancellationToken.None);
        var later = await patient.RegisterAsync("later-value", """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}""", CancellationToken.None);
        const int Unknown = 1_999_999_999;
        await using var schemas = new WriterSchemas(client, Reader, Quick());
        await Eventually.HoldsAsync(() => schemas.TryGet(known, out _) == WriterSchemaStatus.Ready, "ready");

        await server.FreezeAsync();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(3) || schemas.LastFailure is null; await Task.Delay(10))
        {
            Assert.Equal(WriterSchemaStatus.Ready, schemas.TryGet(known, out _));
            Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(later, out _));
            Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(Unknown, out _));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), "No failure is told.");
        }

        Assert.Equal(RegistryFault.Unavailable, schemas.LastFailure!.Fault);

        await server.ThawAsync();
        await Eventually.HoldsAsync(() => schemas.TryGet(later, out _) == WriterSchemaStatus.Ready, "ready after the outage");
        await Eventually.HoldsAsync(() => schemas.TryGet(Unknown, out _) == WriterSchemaStatus.Unknown, "unknown after the outage");
        Assert.Null(schemas.LastFailure);
    }

    [Theory]
    [InlineData("errors")]
    [InlineData("overload")]
    [InlineData("garbage")]
    [InlineData("another page")]
    [InlineData("missing page")]
    [InlineData("sign in")]
    [InlineData("slow")]
    [InlineData("huge")]
    [InlineData("cut")]
    public async Task Whatever_a_broken_registry_answers_no_id_is_held_for_bad_and_it_recovers(string kind)
    {
        await using var stub = await StubRegistry.StartAsync(kind switch
        {
            "errors" => StubRegistry.Status(500, """{"error_code":50001,"message":"x"}"""),
            "overload" => StubRegistry.Status(429, ""),
            "garbage" => StubRegistry.Status(200, "\0\u0001\u0002{{{"),
            "another page" => StubRegistry.Status(200, "<html>", "text/html"),
            "missing page" => StubRegistry.Status(404, "<html>", "text/html"),
            "sign in" => StubRegistry.Status(403, "{}"),
            "slow" => context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            "huge" => StubRegistry.Status(200, new string('x', 100_000)),
            _ => async context =>
            {
                context.Response.ContentLength = 1000;
                await context.Response.Body.WriteAsync("{\"schema\":\"half"u8.ToArray());
                await context.Response.Body.FlushAsync();
                context.Abort();
            },
        });
        using var client = Client(stub.Url);
        await using var schemas = new WriterSchemas(client, Reader, Quick());

        await Eventually.HoldsAsync(
            () =>
            {
                Assert.Equal(WriterSchemaStatus.Fetching, schemas.TryGet(1, out _));
                return stub.Requests.Count >= 4 && schemas.LastFailure is not null;
            },
            "asked again and again");

        stub.Answer = StubRegistry.Status(200, """{"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"}""");
        await Eventually.HoldsAsync(() => schemas.TryGet(1, out _) == WriterSchemaStatus.Ready, "ready after the outage");
    }

    private static SchemaRegistryClient Client(string url) => new(new SchemaRegistryOptions
    {
        Url = url,
        TryTimeout = TimeSpan.FromMilliseconds(400),
        Retries = 1,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        MaxResponseBytes = 1 << 14,
    });

    private static WriterSchemasOptions Quick() => new() { RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(200) };
}
