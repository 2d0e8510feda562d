using System.Net;
using System.Text.Json;

namespace Streaming.Gateway.Tests;

[Collection(SharedGatewayTests.Name)]
public sealed class ChainEventsTests(SharedGateway shared, Testing.KafkaServer kafka, Testing.RegistryServer registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Everybody_who_watches_gets_the_same_looks_about_once_a_second()
    {
        var gateway = await shared.GetAsync();
        using var patience = new CancellationTokenSource(Patience);
        var both = await Task.WhenAll(LooksAsync(gateway, 3, patience.Token), LooksAsync(gateway, 3, patience.Token));
        var times = both.Select(looks => looks.Select(look => look.GetProperty("time").GetInt64()).ToArray()).ToArray();
        Assert.NotEmpty(times[0].Intersect(times[1]));
        Assert.All(times, own => Assert.All(own.Zip(own.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 500, 10_000)));
        Assert.Equal(
            ["SensorIngest", "FeatureAssembly", "ScoringAgent", "MonitoringSink"],
            both[0][0].GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("service").GetString()));
        Assert.Equal(JsonValueKind.Null, both[0][0].GetProperty("problem").ValueKind);
    }

    [Fact]
    public async Task The_stream_ends_when_the_gateway_does()
    {
        using var patience = new CancellationTokenSource(Patience);
        var gateway = await TestGateway.StartAsync(kafka, registry);
        using var answer = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        Assert.StartsWith("retry:", await reader.ReadLineAsync(patience.Token), StringComparison.Ordinal);
        await gateway.Server.DisposeAsync();
        while (await reader.ReadLineAsync(patience.Token) is not null)
        {
        }

        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task One_watcher_too_many_is_asked_to_come_later_and_is_let_in_when_another_has_left()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry, new GatewayOptions { MaxWatchers = 1 });
        using var patience = new CancellationTokenSource(Patience);
        using (var first = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var second = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.NotNull(second.Headers.RetryAfter);
        }

        while (true)
        {
            using var next = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (next.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    [Fact]
    public async Task Who_watches_hears_a_heartbeat_while_there_is_nothing_to_say()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry, clock: new Hurried());
        using var patience = new CancellationTokenSource(Patience);
        using var answer = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        for (var beats = 0; beats < 2;)
        {
            var line = await reader.ReadLineAsync(patience.Token);
            Assert.DoesNotContain("data", line, StringComparison.Ordinal);
            beats += line == ": still here" ? 1 : 0;
        }
    }

    /// <summary>A clock of which what is repeated never comes, so that nobody looks, and what comes once comes soon.</summary>
    private sealed class Hurried : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(
            callback, state, period == Timeout.InfiniteTimeSpan && dueTime > TimeSpan.Zero ? dueTime / 50 : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static async Task<List<JsonElement>> LooksAsync(TestGateway gateway, int count, CancellationToken cancellation)
    {
        using var answer = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        var looks = new List<JsonElement>();
        while (looks.Count < count)
        {
            var line = await reader.ReadLineAsync(cancellation) ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                looks.Add(JsonDocument.Parse(line["data: ".Length..]).RootElement);
            }
        }

        return looks;
    }
}
