using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Gateway.Tests;

/// <summary>The gateway's program while its servers stand still, on servers of its own.</summary>
[Trait("Category", "Faults")]
public sealed class FaultsTests : IAsyncLifetime
{
    private const int Delivery = 2;
    private const int MostMegabytes = 400;
    private readonly KafkaServer _kafka = new();
    private readonly RegistryServer _registry = new();

    [Fact]
    public async Task It_tells_what_is_away_refuses_in_time_and_recovers_by_itself()
    {
        var bootstrap = await _kafka.StartAsync();
        var registry = await _registry.StartAsync();
        await using var gateway = await GatewayProcess.LaunchAsync(bootstrap, registry, new Dictionary<string, string?> { ["Gateway__DeliveryTimeout"] = $"00:00:0{Delivery}" });
        await gateway.Process.CrashAsync();

        // Without a registry it starts, says what it waits for, and goes on by itself.
        await _registry.FreezeAsync();
        await gateway.RestartAsync();
        await StartingAsync(gateway, "schema registry");
        await _registry.ThawAsync();
        await gateway.UntilAsync("/v1/chain", chain => chain.GetProperty("problem").ValueKind == JsonValueKind.Null);

        // Once it knows the schema it needs no registry.
        await _registry.FreezeAsync();
        using (var answer = await gateway.PostAsync(GatewayProcess.Reading("while-the-registry-is-away")))
        {
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        await _registry.ThawAsync();

        // Without a broker those who watch are told, and readings are refused in time, many at once too.
        using var watching = new Watcher(gateway);
        await watching.UntilAsync(look => look.GetProperty("problem").ValueKind == JsonValueKind.Null, TimeSpan.FromSeconds(30));
        await _kafka.FreezeAsync();
        await watching.UntilAsync(look => (look.GetProperty("problem").GetString() ?? "").Contains($"Kafka ({bootstrap}) has not answered", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(number => RefusedAsync(gateway, round, number)));
        }

        await _kafka.ThawAsync();
        await watching.UntilAsync(look => look.GetProperty("problem").ValueKind == JsonValueKind.Null, TimeSpan.FromSeconds(60));
        await AcceptedAsync(gateway);
        Assert.False(gateway.Process.HasExited, gateway.Process.Output);
        Assert.InRange(gateway.PeakMegabytes, 1, MostMegabytes);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _kafka.DisposeAsync();
        await _registry.DisposeAsync();
    }

    private static async Task StartingAsync(GatewayProcess gateway, string words)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            try
            {
                using var answer = await gateway.Http.GetAsync("/", patience.Token);
                var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token)).RootElement;
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "urn:streaming:problem:starting"), (answer.StatusCode, problem.GetProperty("type").GetString()));
                Assert.NotNull(answer.Headers.RetryAfter?.Delta);
                if (problem.GetProperty("detail").GetString()!.Contains(words, StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            Assert.False(gateway.Process.HasExited, gateway.Process.Output);
            await Task.Delay(100, patience.Token);
        }
    }

    private static async Task RefusedAsync(GatewayProcess gateway, int round, int number)
    {
        var begin = Stopwatch.GetTimestamp();
        using var answer = await gateway.PostAsync(GatewayProcess.Reading($"frozen-{round}-{number}"));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(Delivery + 20));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("urn:streaming:problem:not-acknowledged", problem.GetProperty("type").GetString());
    }

    private static async Task AcceptedAsync(GatewayProcess gateway)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var answer = await gateway.PostAsync(GatewayProcess.Reading("after"), patience.Token);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
    }

    /// <summary>Hears the chain's events as the page does.</summary>
    private sealed class Watcher(GatewayProcess gateway) : IDisposable
    {
        private readonly Task<Stream> _events = gateway.Http.GetStreamAsync("/v1/chain/events");
        private StreamReader? _reader;

        public async Task UntilAsync(Func<JsonElement, bool> wanted, TimeSpan timeout)
        {
            using var patience = new CancellationTokenSource(timeout);
            _reader ??= new StreamReader(await _events);
            while (await _reader.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal) && wanted(JsonDocument.Parse(line["data: ".Length..]).RootElement))
                {
                    return;
                }
            }

            throw new EndOfStreamException(gateway.Process.Output);
        }

        public void Dispose() => _reader?.Dispose();
    }
}
