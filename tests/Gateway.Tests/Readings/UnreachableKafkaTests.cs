using System.Net;
using System.Text;
using System.Text.Json;
using Streaming.Kafka;
using Streaming.Testing;

namespace Streaming.Gateway.Tests.Readings;

public sealed class UnreachableKafkaTests(KafkaServer kafka, RegistryServer registry)
{
    [Fact]
    public async Task What_Kafka_does_not_acknowledge_in_time_is_503_with_a_time_to_come_again()
    {
        var nowhere = new KafkaOptions { BootstrapServers = $"127.0.0.1:{Ports.Take()}" };
        await using var gateway = await TestGateway.StartAsync(kafka, registry, new GatewayOptions { DeliveryTimeout = TimeSpan.FromSeconds(1) }, nowhere);
        using var body = new StringContent("""{"entity_id":"a","event_time":1772362800123,"metrics":{"t":1}}""", Encoding.UTF8, "application/json");
        using var answer = await gateway.Http.PostAsync("/v1/readings", body);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("urn:streaming:problem:not-acknowledged", problem.GetProperty("type").GetString());
    }
}
