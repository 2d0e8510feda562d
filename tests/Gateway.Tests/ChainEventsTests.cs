using System.Net;
using System.Text.Json;

namespace Streaming.Gateway.Tests;

[Collection(SharedGatewayTests.Name)]
public sealed class ChainEventsTests(SharedGateway shared, Testing.KafkaServer kafka, Testing.RegistryServer registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Everybody_who_watches_gets_the_same_looks_about_once_a_second()
    {
        var gateway = await shared.GetAsync();
        using var patience = new CancellationTokenSource(Patience);
        using var one = await Watch.BeginAsync(gateway, patience.Token);
        using var other = await Watch.BeginAsync(gateway, patience.Token);

        // Whoever came first has seen some that the other has not, and one who is slow misses some.
        while (one.Times.Count < 3 || other.Times.Count < 3 || !one.Times.Intersect(other.Times).Any() || one.Looks[^1].GetProperty("problem").ValueKind != JsonValueKind.Null)
        {
            await Task.WhenAll(one.LookAsync(patience.Token), other.LookAsync(patience.Token));
        }

        Assert.All([one, other], watch => Assert.All(watch.Times.Zip(watch.Times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 500, (long)Patience.TotalMilliseconds)));
        Assert.InRange(one.Times.Zip(one.Times.Skip(1)).Min(pair => pair.Second - pair.First), 500, 10_000);
        Assert.Equal(
            ["SensorIngest", "FeatureAssembly", "ScoringAgent", "MonitoringSink"],
            one.Looks[0].GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("service").GetString()));
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

    private sealed class Watch(HttpResponseMessage answer, StreamReader reader) : IDisposable
    {
        public List<JsonElement> Looks { get; } = [];

        public List<long> Times => Looks.ConvertAll(look => look.GetProperty("time").GetInt64());

        public static async Task<Watch> BeginAsync(TestGateway gateway, CancellationToken cancellation)
        {
            var answer = await gateway.Http.GetAsync("/v1/chain/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            return new Watch(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation)));
        }

        public async Task LookAsync(CancellationToken cancellation)
        {
            string line;
            do
            {
                line = await reader.ReadLineAsync(cancellation) ?? throw new EndOfStreamException();
            }
            while (!line.StartsWith("data: ", StringComparison.Ordinal));
            Looks.Add(JsonDocument.Parse(line["data: ".Length..]).RootElement);
        }

        public void Dispose()
        {
            reader.Dispose();
            answer.Dispose();
        }
    }
}
