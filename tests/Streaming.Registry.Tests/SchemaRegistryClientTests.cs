using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Streaming.Avro.Registry;
using Streaming.Testing;

namespace Streaming.Registry.Tests;

public sealed class SchemaRegistryClientTests
{
    private const string Text = """{"type":"record","name":"R","fields":[]}""";

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_server_in_trouble_is_asked_again_and_then_named(int status)
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(status, """{"error_code":50001,"message":"in trouble"}"""));
        using var client = Client(stub.Url, retries: 2);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
        Assert.Contains("in trouble", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, stub.Requests.Count);
    }

    [Fact]
    public async Task An_incompatible_schema_is_refused_in_the_registrys_words()
    {
        await using var stub = await StubRegistry.StartAsync(context => context.Request.Path.Value!.EndsWith("/versions", StringComparison.Ordinal)
            ? StubRegistry.Status(409, """{"error_code":409,"message":"a is an int"}""")(context)
            : StubRegistry.Status(404, """{"error_code":40403,"message":"Schema not found"}""")(context));
        using var client = Client(stub.Url);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, None));

        Assert.Equal(RegistryFault.Incompatible, failure.Fault);
        Assert.Contains("a is an int", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_registration_of_what_is_there_is_none()
    {
        await using var stub = await StubRegistry.StartAsync(context => context.Request.Path.Value!.EndsWith("/versions", StringComparison.Ordinal)
            ? StubRegistry.Status(409, """{"error_code":409,"message":"already exists"}""")(context)
            : StubRegistry.Status(200, """{"subject":"s","version":1,"id":7,"schema":"{}"}""")(context));
        using var client = Client(stub.Url);

        Assert.Equal(7, await client.RegisterAsync("s", Text, None));
    }

    [Theory]
    [InlineData(401, RegistryFault.Configuration)]
    [InlineData(403, RegistryFault.Configuration)]
    [InlineData(404, RegistryFault.Configuration)]
    [InlineData(405, RegistryFault.Configuration)]
    [InlineData(422, RegistryFault.Invalid)]
    [InlineData(400, RegistryFault.Invalid)]
    public async Task A_refusal_is_not_asked_for_twice(int status, RegistryFault fault)
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(status, """{"error_code":1,"message":"said the registry"}"""));
        using var client = Client(stub.Url);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", Text, None));

        Assert.Equal(fault, failure.Fault);
        Assert.Contains("said the registry", failure.Message, StringComparison.Ordinal);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task Only_the_registrys_own_word_makes_an_id_unknown()
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(404, """{"error_code":40403,"message":"Schema 1 not found"}"""));
        using var client = Client(stub.Url, retries: 0);
        Assert.Null(await client.FindByIdAsync(1, None));

        stub.Answer = StubRegistry.Status(404, "<html>default backend - 404</html>", "text/html");
        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));
        Assert.Equal(RegistryFault.Configuration, failure.Fault);

        stub.Answer = StubRegistry.Status(404, """{"error_code":404,"message":"HTTP 404 Not Found"}""");
        failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));
        Assert.Equal(RegistryFault.Configuration, failure.Fault);
    }

    [Theory]
    [InlineData("<html>sign in</html>")]
    [InlineData("{\"schema\":")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"schema\":17}")]
    public async Task Garbage_is_a_registry_in_trouble(string body)
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(200, body));
        using var client = Client(stub.Url, retries: 1);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
        Assert.Equal(2, stub.Requests.Count);
    }

    [Fact]
    public async Task A_huge_body_is_read_up_to_the_limit()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = SendWithoutEndAsync(listener);
        using var client = Client($"http://{listener.LocalEndpoint}", retries: 0, maxBytes: 1 << 20);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
        Assert.InRange(await sending.WaitAsync(TimeSpan.FromSeconds(60)), 1 << 20, 64 << 20);
    }

    [Fact]
    public async Task A_schema_over_the_limit_is_too_large_and_one_at_the_limit_is_not()
    {
        const int Limit = 8192;
        await using var stub = await StubRegistry.StartAsync();
        using var client = Client(stub.Url, retries: 0, maxBytes: Limit);
        var frame = """{"schemaType":"AVRO","schema":""}""".Length;

        stub.Answer = StubRegistry.Status(200, $$"""{"schemaType":"AVRO","schema":"{{new string('x', Limit - frame)}}"}""");
        Assert.Equal(Limit - frame, (await client.FindByIdAsync(1, None))!.Text.Length);

        stub.Answer = StubRegistry.Status(200, $$"""{"schemaType":"AVRO","schema":"{{new string('x', Limit - frame + 1)}}"}""");
        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(2, None));
        Assert.Equal(RegistryFault.TooLarge, failure.Fault);

        stub.Answer = StubRegistry.Status(200, $$"""{"other":"{{new string('x', Limit)}}"}""");
        failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(3, None));
        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
    }

    [Fact]
    public async Task A_slow_server_is_given_up_within_the_time_of_its_tries()
    {
        await using var stub = await StubRegistry.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var time = new ManualTime();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = stub.Url, Retries = 1, RetryDelay = TimeSpan.Zero, TryTimeout = TimeSpan.FromMilliseconds(200) }, time);

        var asking = client.FindByIdAsync(1, None);
        for (var tries = 1; tries <= 2; tries++)
        {
            await Eventually.HoldsAsync(() => stub.Requests.Count == tries, $"asked {tries} times");
            time.Advance(TimeSpan.FromMilliseconds(199));
            Assert.False(asking.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => asking.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
        Assert.Contains("within 200 ms", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, stub.Requests.Count);
    }

    [Fact]
    public async Task A_body_that_trickles_is_given_up_too()
    {
        await using var stub = await StubRegistry.StartAsync(async context =>
        {
            while (true)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        using var client = Client(stub.Url, retries: 0, timeout: TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
    }

    [Fact]
    public async Task The_next_address_is_asked_where_one_is_down_and_stays_preferred()
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(200, """{"id":7}"""));
        using var client = Client($"http://127.0.0.1:{Ports.Take()}, {stub.Url}/", retries: 1);

        Assert.Equal(7, await client.RegisterAsync("s", Text, None));
        Assert.Equal(7, await client.RegisterAsync("s", Text, None));
        Assert.Equal(2, stub.Requests.Count);
    }

    [Fact]
    public async Task Nobody_there_is_a_registry_in_trouble()
    {
        using var client = Client($"http://127.0.0.1:{Ports.Take()}", retries: 1);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var other = await StubRegistry.StartAsync();
        await using var stub = await StubRegistry.StartAsync(context =>
        {
            context.Response.Redirect(other.Url + "/schemas/ids/1");
            return Task.CompletedTask;
        });
        using var client = Client(stub.Url);

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.FindByIdAsync(1, None));

        Assert.Equal(RegistryFault.Configuration, failure.Fault);
        Assert.Contains(other.Url, failure.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_wish_to_be_left_alone_is_kept_up_to_the_limit()
    {
        await using var stub = await StubRegistry.StartAsync();
        stub.Answer = context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return StubRegistry.Status(stub.Requests.Count == 1 ? 429 : 200, """{"id":7}""")(context);
        };
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions
        {
            Url = stub.Url,
            RetryDelay = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromMilliseconds(400),
        });

        var clock = Stopwatch.StartNew();
        Assert.Equal(7, await client.RegisterAsync("s", Text, None));

        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(380), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task What_is_asked_is_what_registries_expect()
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(200, """{"id":7}"""));
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = stub.Url + "/base/", Username = "ada", Password = "sesame:ü" });

        await client.RegisterAsync("a/b c-value", Text, None);

        var asked = Assert.Single(stub.Requests);
        Assert.Equal("POST", asked.Method);
        Assert.Equal("/base/subjects/a%2Fb%20c-value/versions?normalize=true", asked.Path);
        Assert.Equal("application/vnd.schemaregistry.v1+json", asked.Headers["Content-Type"]);
        Assert.Contains("application/vnd.schemaregistry.v1+json", asked.Headers["Accept"], StringComparison.Ordinal);
        Assert.Equal("Basic " + Convert.ToBase64String("ada:sesame:ü"u8), asked.Headers["Authorization"]);
        using var body = System.Text.Json.JsonDocument.Parse(asked.Body);
        Assert.Equal(Text, body.RootElement.GetProperty("schema").GetString());
    }

    [Fact]
    public async Task A_token_is_shown()
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(200, """{"id":7}"""));
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = stub.Url, BearerToken = "abc" });

        await client.RegisterAsync("s", Text, None);

        Assert.Equal("Bearer abc", stub.Requests.Single().Headers["Authorization"]);
    }

    [Fact]
    public async Task Ids_are_asked_for_once_within_the_bound()
    {
        await using var stub = await StubRegistry.StartAsync(StubRegistry.Status(200, """{"schema":"\"string\""}"""));
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = stub.Url, CacheSize = 2 });

        foreach (var id in (int[])[1, 2, 1, 2, 3, 3, 2, 1])
        {
            Assert.Equal("\"string\"", (await client.FindByIdAsync(id, None))!.Text);
        }

        // 3 displaced 1, which came first; so 1 was fetched twice.
        Assert.Equal(["/schemas/ids/1", "/schemas/ids/2", "/schemas/ids/3", "/schemas/ids/1"], stub.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_as_a_cancellation()
    {
        await using var stub = await StubRegistry.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = Client(stub.Url);
        using var cancellation = new CancellationTokenSource();

        var asking = client.FindByIdAsync(1, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public void Bad_options_are_refused_all_at_once()
    {
        var failure = Assert.Throws<SchemaRegistryException>(() => new SchemaRegistryClient(new SchemaRegistryOptions { Url = "ftp://x", Retries = -1, MaxResponseBytes = 1 }));

        Assert.Equal(RegistryFault.Configuration, failure.Fault);
        Assert.Equal(3, failure.Message.Split(Environment.NewLine).Length);
    }

    /// <returns>How many bytes the client took before it closed the connection.</returns>
    private static async Task<long> SendWithoutEndAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync();
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"u8.ToArray());
        var chunk = new byte[1 << 16];
        chunk.AsSpan().Fill((byte)'x');
        long sent = 0;
        try
        {
            while (sent < 1L << 30)
            {
                await connection.SendAsync(chunk);
                sent += chunk.Length;
            }
        }
        catch (SocketException)
        {
            // The client has seen enough.
        }

        return sent;
    }

    private static SchemaRegistryClient Client(string url, int retries = 3, TimeSpan? timeout = null, int maxBytes = 4 << 20) => new(new SchemaRegistryOptions
    {
        Url = url,
        Retries = retries,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        TryTimeout = timeout ?? TimeSpan.FromSeconds(20),
        MaxResponseBytes = maxBytes,
    });
}
