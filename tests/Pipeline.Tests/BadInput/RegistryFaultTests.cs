using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>A schema registry that is not well says nothing about records: whoever needs it waits, and stays in its group.</summary>
public sealed class RegistryFaultTests(KafkaServer kafka, RegistryServer registry)
{
    private const int Readings = 200;
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact, Trait("Category", "Faults")]
    public async Task A_registry_that_is_down_slow_or_failing_is_waited_for_and_nothing_is_refused()
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await using var faulty = await FaultyRegistry.StartAsync(chain.RegistryUrl);
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = chain.RegistryUrl });
        using var producer = chain.Producer();

        faulty.Mood = RegistryMood.Failing;
        var ingest = chain.Start("SensorIngest", ("SchemaRegistry__Url", faulty.Url), ("SchemaRegistry__TryTimeout", "00:00:01"), ("Kafka__SessionTimeout", Session.ToString()));
        await ingest.UntilItSaysAsync((state, reason) => state == "Starting" && reason.Contains("waiting for the schema registry", StringComparison.Ordinal));
        faulty.Mood = RegistryMood.Well;
        await ingest.ReadyAsync();
        var (process, member) = (ingest.Process.Id, await MemberAsync(chain));

        var passed = 0;
        foreach (var (number, mood) in new[] { RegistryMood.Down, RegistryMood.Slow, RegistryMood.Failing }.Index())
        {
            faulty.Mood = mood;
            var id = await client.RegisterAsync($"{chain.NameOf(Topics.SensorRaw)}-value", WithField($"unit{number}"), TestContext.Current.CancellationToken);
            for (var i = 0; i < Readings; i++)
            {
                await producer.ProduceAsync(chain.NameOf(Topics.SensorRaw), Reading(id, mood, i));
            }

            // It asks again and again, for longer than a member that does not poll would be kept.
            var until = DateTimeOffset.UtcNow + (2 * Session);
            await UntilAsync(() => faulty.Asked >= 2 && DateTimeOffset.UtcNow > until, $"asked {faulty.Asked} times");
            Assert.Equal(passed, chain.Observer.Count(Topics.SensorReadings));
            Assert.Equal(0, chain.Observer.Count(Topics.DeadLetters));
            Assert.Equal(member, await MemberAsync(chain));

            faulty.Mood = RegistryMood.Well;
            passed += Readings;
            await chain.UntilAsync(Topics.SensorReadings, passed);
        }

        Assert.Equal(passed, chain.Observer.Count(Topics.SensorReadings));
        Assert.Equal(0, chain.Observer.Count(Topics.DeadLetters));
        Assert.Equal((process, member), (ingest.Process.Id, await MemberAsync(chain)));
        await ingest.StopAsync();
    }

    private static string WithField(string name)
    {
        var schema = JsonNode.Parse(SensorReading.SchemaText)!;
        schema["fields"]!.AsArray().Add(new JsonObject { ["name"] = name, ["type"] = new JsonArray("null", "string"), ["default"] = null });
        return schema.ToJsonString();
    }

    private static Message<byte[]?, byte[]?> Reading(int schemaId, RegistryMood mood, int number)
    {
        var reading = new SensorReading { EntityId = $"{mood}-{number}", EventTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Metrics = new Dictionary<string, double> { ["pressure"] = number } };
        return new() { Key = Encoding.UTF8.GetBytes(reading.EntityId), Value = [.. AvroCodec.ToFramed(reading, schemaId), 0] };
    }

    private static async Task<string> MemberAsync(TestChain chain)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(chain.Kafka.ForClient("observer").ToDictionary())).Build();
        var groups = await admin.DescribeConsumerGroupsAsync([ChainStages.SensorIngest.Group(chain.Kafka.TopicPrefix)], new DescribeConsumerGroupsOptions { RequestTimeout = Patience });
        var group = Assert.Single(groups.ConsumerGroupDescriptions);
        Assert.Equal(ConsumerGroupState.Stable, group.State);
        return Assert.Single(group.Members).ConsumerId;
    }

    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, otherwise);
            await Task.Delay(50);
        }
    }
}
