using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>Bad input in bulk: from one device it is refused as fast as it comes; from many entities at once it stops the stage that would refuse it.</summary>
public sealed class FloodTests(KafkaServer kafka, RegistryServer registry)
{
    private const int Bad = 200_000;
    private const int Good = 2_000;
    private const int UnknownIds = 300;
    private const long MostBytes = 600L << 20;
    private const int Bomb = 30_000_000;

    [Fact, Trait("Category", "Faults")]
    public async Task One_bad_device_is_refused_at_any_rate_within_bounded_memory()
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        var ingest = chain.Start("SensorIngest");
        await ingest.ReadyAsync();
        var process = ingest.Process.Id;
        var id = await chain.SchemaIdAsync(Topics.SensorRaw);
        using (var producer = chain.Producer(Bomb + 1_000))
        {
            for (var i = 0; i < Bad; i++)
            {
                Send(producer, chain, i % 3 == 0 ? null : "crooked", Spoilt(i, id));
                if (i % (Bad / Good) == 0)
                {
                    Send(producer, chain, null, Reading($"entity-{i % 50}", id, i));
                }
            }

            for (var i = 0; i < UnknownIds; i++)
            {
                Send(producer, chain, "crooked", Reading("crooked", 1_000_000_000 + i, i));
            }

            Send(producer, chain, "crooked", new byte[Bomb]);
            producer.Flush(TestContext.Current.CancellationToken);
        }

        await chain.UntilAsync(Topics.DeadLetters, Bad + UnknownIds + 1);
        await chain.UntilAsync(Topics.SensorReadings, Good);

        await chain.Observer.DrainAsync(ChainStages.SensorIngest, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        Assert.Equal((Bad + UnknownIds + 1, Good), (chain.Observer.Count(Topics.DeadLetters), chain.Observer.Count(Topics.SensorReadings)));
        Assert.Equal((process, false), (ingest.Process.Id, ingest.Process.HasExited));
        Assert.InRange(ingest.Process.MostBytes, 1, MostBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{ingest.Process.MostBytes >> 20} MiB at most");
        await ingest.StopAsync();
    }

    [Fact, Trait("Category", "Faults")]
    public async Task Many_bad_entities_stop_the_stage_before_it_drains_the_topic_until_somebody_decides()
    {
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        var ingest = chain.Start("SensorIngest");
        await ingest.ReadyAsync();
        var id = await chain.SchemaIdAsync(Topics.SensorRaw);
        using (var producer = chain.Producer())
        {
            for (var i = 0; i < Good; i++)
            {
                // Two in five entities fail, and none sets a key.
                Send(producer, chain, null, Reading($"entity-{i % 500}", id, i % 5 < 2 ? double.NaN : i));
            }

            producer.Flush(TestContext.Current.CancellationToken);
        }

        await ingest.UntilItSaysAsync((state, reason) => state == "Paused" && reason.Contains("entities of this minute were refused", StringComparison.Ordinal));
        var before = chain.Observer.Count(Topics.DeadLetters);
        Assert.True(before < Good / 5, $"{before} dead letters had been written.");
        Assert.False(ingest.Process.HasExited);
        await ingest.StopAsync();

        var decided = chain.Start("SensorIngest", ("Kafka__DeadLetterShare", "1"));
        await chain.UntilAsync(Topics.DeadLetters, Good * 2 / 5);
        await chain.UntilAsync(Topics.SensorReadings, Good * 3 / 5);
        await decided.StopAsync();
        Assert.Equal((Good * 2 / 5, Good * 3 / 5), (chain.Observer.Count(Topics.DeadLetters), chain.Observer.Count(Topics.SensorReadings)));
    }

    private static void Send(IProducer<byte[]?, byte[]?> producer, TestChain chain, string? key, byte[] value)
    {
        while (true)
        {
            try
            {
                producer.Produce(chain.NameOf(Topics.SensorRaw), new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = value });
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static byte[] Spoilt(int number, int schemaId) => (number % 4) switch
    {
        0 => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"not a record {number}")),
        1 => Reading("crooked", schemaId, double.NaN),
        2 => Reading("crooked", schemaId, number)[..12],
        _ => Reading("crooked", 1_000_000_000, number),
    };

    private static byte[] Reading(string entity, int schemaId, double value) => AvroCodec.ToFramed(
        new SensorReading { EntityId = entity, EventTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Metrics = new Dictionary<string, double> { ["pressure"] = value } }, schemaId);
}
