using System.Net;
using System.Text.Json;
using Streaming.Gateway.Tests.Page;
using Streaming.Testing;

namespace Streaming.Gateway.Tests;

/// <summary>The gateway over a history that somebody has taken away.</summary>
public sealed class HistoryAwayTests(KafkaServer kafka, RegistryServer registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_history_that_is_gone_is_told_and_what_was_known_is_still_shown()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await PageData.FeedAsync(gateway);
        await UntilAsync(gateway, chain => chain.GetProperty("entityCount").GetInt32() == 2 && chain.GetProperty("kept").GetProperty("predictions").GetInt32() == 576);

        gateway.TakeHistoryAway();
        var chain = await UntilAsync(gateway, chain => (chain.GetProperty("problem").GetString() ?? "").Contains("The history cannot be read", StringComparison.Ordinal));
        Assert.Equal(2, chain.GetProperty("entityCount").GetInt32());
        Assert.Equal(576, chain.GetProperty("kept").GetProperty("predictions").GetInt32());
        using (var answer = await gateway.Http.GetAsync("/v1/entities/room-1/predictions"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
            Assert.Contains("urn:streaming:problem:history-unavailable", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        gateway.GiveHistoryBack();
        await UntilAsync(gateway, chain => chain.GetProperty("problem").ValueKind == JsonValueKind.Null);
        using var again = await gateway.Http.GetAsync("/v1/entities/room-1/predictions?limit=5");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private static async Task<JsonElement> UntilAsync(TestGateway gateway, Func<JsonElement, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var chain = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/chain", patience.Token)).RootElement;
            if (wanted(chain))
            {
                return chain;
            }

            await Task.Delay(200, patience.Token);
        }
    }
}
