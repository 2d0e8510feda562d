using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Registry;
using Streaming.Testing;
using Streaming.Testing.Occupancy;

namespace Streaming.Pipeline.Tests.Clients;

/// <summary>The Python programs and the script of <c>deploy/samples/clients</c>, as they stand, against real services and servers.</summary>
public sealed class PythonAndCurlTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-clients-");

    [Fact]
    public async Task What_devices_send_from_Python_and_curl_comes_out_as_predictions_of_a_Python_consumer()
    {
        var python = await ClientSample.PythonAsync();
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await chain.StartAsync(ofEach: 1);
        var gateway = await chain.StartGatewayAsync();
        string[] consumer = [.. ClientSample.PlaceOf(chain), "--group", chain.Kafka.TopicPrefix + "consumer"];
        await using var following = python.Start(ClientSample.PathOf("python", "predictions.py"), consumer);

        // A device that sends its file again, as after a crash, changes nothing.
        string[] device = [.. ClientSample.PlaceOf(chain), "--entity", "lab", "--device", "wall", await ClientSample.WriteAsync(_folder.FullName)];
        for (var time = 0; time < 2; time++)
        {
            var said = await python.RunAsync(ClientSample.PathOf("python", "device.py"), ClientSample.Patience, device);
            Assert.EndsWith($"{ClientSample.Rows.Count} readings are stored in {chain.Kafka.TopicPrefix}sensor.raw.", said, StringComparison.Ordinal);
        }

        await using var curl = await ChildProcess.RunAsync("bash", [ClientSample.PathOf("curl", "post.sh"), gateway], ClientSample.Patience);
        Assert.True(curl.ExitCode == 0, curl.Output);
        Assert.Contains("urn:streaming:problem:reading:malformed", curl.Output, StringComparison.Ordinal);
        Assert.Contains("event_time is missing", curl.Output, StringComparison.Ordinal);
        Assert.Contains("urn:streaming:problem:readings-refused", curl.Output, StringComparison.Ordinal);

        await chain.UntilAsync(Topics.Predictions, ClientSample.Rows.Count + 3);
        await chain.DrainAsync();
        var last = ClientSample.Rows[^1].BucketStart;
        foreach (var (entity, start) in (IEnumerable<(string, long?)>)[("lab", last), ("room-curl-1", null), ("room-curl-2", null), ("room-curl-3", null)])
        {
            await following.LineAsync(line => ClientSample.Predictions(line).Any(prediction => Is(prediction, entity, start)), ClientSample.Patience); // each comes from a partition of its own
        }

        await following.InterruptAsync();
        await following.ExitAsync(ClientSample.Patience);
        Assert.True(following.ExitCode == 0, following.Output);

        var predictions = ClientSample.Predictions(following.Output);
        ClientSample.Check(predictions, "lab");
        Assert.Equal(
            ["room-curl-1", "room-curl-2", "room-curl-3"],
            predictions.Select(prediction => prediction.GetProperty("entity").GetString()!).Where(entity => entity != "lab").Order(StringComparer.Ordinal));
        Assert.Equal(0, chain.Observer.Count(Topics.DeadLetters));

        // In the topic is to the bit what the device measured, twice, and of the refused readings nothing.
        var raw = (await chain.ReadAsync(Topics.SensorRaw)).ToLookup(reading => reading.GetProperty("entity_id").GetString());
        Assert.Equal(ClientSample.Rows.Concat(ClientSample.Rows).Select(Described), raw["lab"].Select(Described));
        Assert.Equal((2, 1, 1), (raw["room-curl-1"].Count(), raw["room-curl-2"].Count(), raw["room-curl-3"].Count()));

        // Started again in the same group, the consumer goes on where it was.
        var again = await python.RunAsync(ClientSample.PathOf("python", "predictions.py"), ClientSample.Patience, [.. consumer, "--until-caught-up"]);
        Assert.Empty(ClientSample.Predictions(again));
    }

    [Fact]
    public async Task A_Python_consumer_takes_the_highest_revision_and_nothing_of_aborted_transactions()
    {
        var python = await ClientSample.PythonAsync();
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        using var client = new Streaming.Avro.Registry.SchemaRegistryClient(new Streaming.Avro.Registry.SchemaRegistryOptions { Url = chain.RegistryUrl });
        var names = new TopicNames(chain.Kafka.TopicPrefix);
        var id = (await new SubjectSetup(client, names).FindAsync([Topics.Predictions], CancellationToken.None))[Topics.Predictions];
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(chain.Kafka.ForClient("writer").ToDictionary()) { TransactionalId = chain.Kafka.TopicPrefix + "writer" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(60));
        Write(commit: true, (0, 0, 0.25), (1, 0, 0.5));
        Write(commit: false, (0, 7, 0.99), (2, 0, 0.99));
        Write(commit: true, (0, 2, 0.75), (0, 1, 0.6), (1, 0, 0.5));

        using var patience = new CancellationTokenSource(ClientSample.Patience);
        while (RawTopic.Read(chain.Kafka, names.Of(Topics.Predictions)).Values.Sum(partition => partition.Count) < 5)
        {
            await Task.Delay(50, patience.Token); // what is committed can be read a moment later
        }

        var output = await python.RunAsync(
            ClientSample.PathOf("python", "predictions.py"), ClientSample.Patience, [.. ClientSample.PlaceOf(chain), "--group", chain.Kafka.TopicPrefix + "consumer", "--until-caught-up"]);
        Assert.Equal(
            ["0 revision 0: 0.25", "1 revision 0: 0.5", "0 revision 2: 0.75"],
            ClientSample.Predictions(output).Select(prediction => string.Create(
                CultureInfo.InvariantCulture,
                $"{prediction.GetProperty("from").GetDateTimeOffset().ToUnixTimeMilliseconds() / 60_000} revision {prediction.GetProperty("revision").GetInt32()}: {prediction.GetProperty("scores")[0].GetDouble()}")));

        void Write(bool commit, params (int Bucket, int Revision, double Score)[] predictions)
        {
            producer.BeginTransaction();
            foreach (var (bucket, revision, score) in predictions)
            {
                producer.Produce(new TopicPartition(names.Of(Topics.Predictions), 0), new Message<byte[], byte[]> { Key = "room"u8.ToArray(), Value = AvroCodec.ToFramed(Make(bucket, revision, score), id) });
            }

            if (commit)
            {
                producer.CommitTransaction(TimeSpan.FromSeconds(60));
            }
            else
            {
                producer.Flush(TimeSpan.FromSeconds(60)); // in the log, before it is thrown away
                producer.AbortTransaction(TimeSpan.FromSeconds(60));
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool Is(JsonElement prediction, string entity, long? start) =>
        prediction.GetProperty("entity").GetString() == entity && (start is null || prediction.GetProperty("from").GetDateTimeOffset().ToUnixTimeMilliseconds() == start);

    private static Prediction Make(int bucket, int revision, double score) => new()
    {
        PredictionId = $"{bucket}-{revision}",
        EntityId = "room",
        BucketStart = bucket * 60_000L,
        BucketEnd = (bucket + 1) * 60_000L,
        Revision = revision,
        FeatureSet = "f",
        FeatureSetVersion = 1,
        FeatureSetHash = "h",
        Deployment = "d",
        ModelName = "m",
        ModelVersion = "1",
        ModelSha256 = "s",
        Stage = Stage.Production,
        Scores = new[] { score },
        Label = score >= 0.5 ? "1" : "0",
        Threshold = 0.5,
        PipelineVersion = "0",
    };

    private static string Described(OccupancyRow row, int index) =>
        Described("wall", row.EventTime, (index % ClientSample.Rows.Count) + 1, OccupancyReference.Metrics.Zip(row.Values));

    private static string Described(JsonElement reading) => Described(
        reading.GetProperty("device_id").GetString()!,
        reading.GetProperty("event_time").GetInt64(),
        reading.GetProperty("sequence").GetInt32(),
        reading.GetProperty("metrics").EnumerateObject().Select(metric => (metric.Name, HexDouble.Parse(metric.Value.GetString()!))));

    private static string Described(string device, long time, int sequence, IEnumerable<(string Name, double Value)> metrics)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{device} {time} {sequence}"));
        foreach (var (name, value) in metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $" {name}={value:R}");
        }

        return text.ToString();
    }
}
