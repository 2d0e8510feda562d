using System.Net;
using System.Text.Json;
using Streaming.Gateway.Tests.Page;
using Streaming.History.Rows;
using Streaming.Monitoring;
using Streaming.Testing;

namespace Streaming.Gateway.Tests;

/// <summary>What the page is told of many entities and of the models, and how seldom the history is read for it.</summary>
public sealed class EntitiesAndModelsTests(KafkaServer kafka, RegistryServer registry)
{
    private const int Many = 1_500;

    // Figures are read again after thirty times as long as reading them took, which a busy machine makes long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Many_entities_are_searched_and_paged_and_a_look_stays_small()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await gateway.History.WriteAsync([.. Enumerable.Range(0, Many).SelectMany(index => PageData.RowsOf($"cow-{index:D4}", 0, 0))], CancellationToken.None);
        var chain = await UntilAsync(gateway, chain => chain.GetProperty("entityCount").GetInt32() == Many);
        Assert.InRange(chain.ToString().Length, 100, 8_000);
        Assert.Equal(1 + 8, chain.GetProperty("accuracy").GetArrayLength());
        Assert.Equal((JsonValueKind.Null, Many), (chain.GetProperty("accuracy")[0].GetProperty("entity").ValueKind, chain.GetProperty("accuracy")[0].GetProperty("entities").GetInt32()));

        var seen = new List<string>();
        for (var after = ""; ;)
        {
            var page = await GetAsync(gateway, $"/v1/entities?limit=400&after={after}");
            Assert.Equal(Many, page.GetProperty("matching").GetInt32());
            seen.AddRange(page.GetProperty("entities").EnumerateArray().Select(entity => entity.GetString()!));
            if (page.GetProperty("next").GetString() is not { } next)
            {
                break;
            }

            after = next;
        }

        Assert.Equal(Enumerable.Range(0, Many).Select(index => $"cow-{index:D4}"), seen);
        var some = await GetAsync(gateway, "/v1/entities?query=OW-123&limit=3");
        Assert.Equal(["cow-1230", "cow-1231", "cow-1232"], some.GetProperty("entities").EnumerateArray().Select(entity => entity.GetString()));
        Assert.Equal((10, "cow-1232"), (some.GetProperty("matching").GetInt32(), some.GetProperty("next").GetString()));
        Assert.Equal(0, (await GetAsync(gateway, "/v1/entities?query=horse")).GetProperty("matching").GetInt32());
        foreach (var wrong in new[] { "limit=0", "limit=1001", "limit=all", "query=" + new string('x', 257) })
        {
            using var answer = await gateway.Http.GetAsync("/v1/entities?" + wrong);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Models_are_those_that_are_deployed_and_the_positive_label_is_the_models_own()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        var before = Assert.Single((await UntilAsync(gateway, chain => chain.GetProperty("models").GetArrayLength() == 1)).GetProperty("models").EnumerateArray());
        Assert.Equal(("occupancy-lda", "deployed"), (before.GetProperty("name").GetString(), before.GetProperty("state").GetString()));

        // No prediction reaches the threshold, so that nothing could be inferred from them.
        PredictionRow[] rows = [.. PageData.RowsOf("room", 0, 0).OfType<PredictionRow>()];
        await gateway.History.WriteAsync([rows[0], rows[0] with { Deployment = "old", ModelSha256 = new string('0', 64), EntityId = "hall", Origin = new RecordOrigin(1, "predictions", 0, 99) }], CancellationToken.None);
        var models = (await UntilAsync(gateway, chain => chain.GetProperty("models").GetArrayLength() == 2)).GetProperty("models").EnumerateArray();
        Assert.Equal(
            [("occupancy-lda", "running"), ("old", "withdrawn")],
            models.Select(model => (model.GetProperty("deployment").GetString()!, model.GetProperty("state").GetString()!)));
        Assert.Equal("1", (await GetAsync(gateway, "/v1/entities/room/predictions")).GetProperty("positive").GetString());
        Assert.Equal(JsonValueKind.Null, (await GetAsync(gateway, "/v1/entities/hall/predictions")).GetProperty("positive").ValueKind);
    }

    [Fact]
    public async Task The_first_question_of_all_is_told_the_positive_label()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await gateway.History.WriteAsync([PageData.RowsOf("room", 0, 0).OfType<PredictionRow>().First()], CancellationToken.None);

        Assert.Equal("1", (await GetAsync(gateway, "/v1/entities/room/predictions")).GetProperty("positive").GetString());
    }

    [Fact]
    public async Task A_history_that_has_not_changed_is_not_read_again()
    {
        await using var gateway = await TestGateway.StartAsync(kafka, registry);
        await gateway.History.WriteAsync([.. PageData.RowsOf("room", 0, 0)], CancellationToken.None);
        var first = (await UntilAsync(gateway, chain => chain.GetProperty("entityCount").GetInt32() == 1)).GetProperty("figuresTime").GetInt64();
        var later = await UntilAsync(gateway, chain => chain.GetProperty("time").GetInt64() > first + 8_000);
        Assert.Equal(first, later.GetProperty("figuresTime").GetInt64());
        await gateway.History.WriteAsync([.. PageData.RowsOf("hall", 0, 0)], CancellationToken.None);
        await UntilAsync(gateway, chain => chain.GetProperty("entityCount").GetInt32() == 2);
    }

    private static async Task<JsonElement> GetAsync(TestGateway gateway, string path) => JsonDocument.Parse(await gateway.Http.GetStringAsync(path)).RootElement;

    private static async Task<JsonElement> UntilAsync(TestGateway gateway, Func<JsonElement, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var chain = await GetAsync(gateway, "/v1/chain");
            if (wanted(chain))
            {
                return chain;
            }

            await Task.Delay(200, patience.Token);
        }
    }
}
