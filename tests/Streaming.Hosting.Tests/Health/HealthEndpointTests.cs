using System.Net;
using System.Text.Json;
using Streaming.Kafka;

namespace Streaming.Hosting.Tests.Health;

public sealed class HealthEndpointTests
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData(WorkerState.Live, true, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData(WorkerState.Restoring, false, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)]
    [InlineData(WorkerState.Failed, false, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task Live_until_a_worker_has_failed_and_ready_while_all_work(WorkerState state, bool ready, HttpStatusCode live, HttpStatusCode isReady)
    {
        await using var endpoint = await StartAsync(() => Report(ready, state));

        Assert.Equal(live, (await GetAsync(endpoint, "/health/live")).Status);
        Assert.Equal(isReady, (await GetAsync(endpoint, "/health/ready")).Status);
    }

    [Fact]
    public async Task The_answer_says_of_each_worker_what_it_does_and_why_it_is_not_ready()
    {
        await using var endpoint = await StartAsync(() => new HealthReport(Ready: false,
        [
            new("FeatureAssembly/0", nameof(WorkerState.Live), Ready: true, RecordsIn: 6_000_000_000, Lag: 5_000_000_000, Reason: null),
            new("FeatureAssembly/1", nameof(WorkerState.Restoring), Ready: false, RecordsIn: 0, Lag: 7, "restoring its \"state\""),
        ]));

        var (_, type, body) = await GetAsync(endpoint, "/health/ready");

        Assert.Equal("application/json", type);
        using var json = JsonDocument.Parse(body);
        Assert.False(json.RootElement.GetProperty("ready").GetBoolean());
        var workers = json.RootElement.GetProperty("workers").EnumerateArray().ToArray();
        Assert.Equal(["FeatureAssembly/0", "FeatureAssembly/1"], workers.Select(worker => worker.GetProperty("worker").GetString()));
        Assert.Equal(5_000_000_000, workers[0].GetProperty("lag").GetInt64());
        Assert.Equal(6_000_000_000, workers[0].GetProperty("recordsIn").GetInt64());
        Assert.Equal(JsonValueKind.Null, workers[0].GetProperty("reason").ValueKind);
        Assert.Equal("restoring its \"state\"", workers[1].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Each_answer_is_of_its_own_moment()
    {
        var ready = false;
        await using var endpoint = await StartAsync(() => Report(ready, WorkerState.Live));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(endpoint, "/health/ready")).Status);

        ready = true;

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(endpoint, "/health/ready")).Status);
    }

    [Fact]
    public async Task There_is_nothing_else_to_ask_or_to_send()
    {
        await using var endpoint = await StartAsync(() => Report(true, WorkerState.Live));

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(endpoint, "/")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(endpoint, "/health")).Status);
        using var posted = await Client.PostAsync(new Uri(endpoint.Url + "/health/live"), new StringContent("x"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_a_mistake_of_the_configuration()
    {
        await using var first = await StartAsync(() => Report(true, WorkerState.Live));
        var port = new Uri(first.Url).Port;

        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(() => Report(true, WorkerState.Live), new HealthOptions(), port));

        Assert.StartsWith($"Health:Port = '{port}' ", Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_an_address_of_another_host()
    {
        var options = new HealthOptions { Port = 0, Address = "192.0.2.1" }; // for documentation only: no host has it

        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(() => Report(true, WorkerState.Live), options));

        Assert.Contains("Health:Address = '192.0.2.1'", Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    private static HealthReport Report(bool ready, WorkerState state) => new(ready, [new WorkerHealth("Any/0", state.ToString(), ready, RecordsIn: 0, Lag: 0, Reason: null)]);

    private static Task<HealthEndpoint> StartAsync(Func<HealthReport> report, HealthOptions? options = null, int defaultPort = 0) =>
        HealthEndpoint.StartAsync(options ?? new HealthOptions { Port = 0 }, defaultPort, report, TestContext.Current.CancellationToken);

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> GetAsync(HealthEndpoint endpoint, string path)
    {
        using var answer = await Client.GetAsync(new Uri(endpoint.Url + path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
