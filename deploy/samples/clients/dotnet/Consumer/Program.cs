// A consumer of predictions, with Confluent's client and its own Avro deserializer.
//
//   dotnet run --project Consumer -- BOOTSTRAP REGISTRY GROUP [PREFIX]
//
// Prints a line of JSON for each prediction, and another for each revision of it, until Ctrl+C. Started again with the same group it goes on where
// it was.
using System.Text.Json;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.Kafka.SyncOverAsync;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;

const int Remembered = 100_000;
if (args.Length is < 3 or > 4)
{
    Console.Error.WriteLine("Usage: BOOTSTRAP REGISTRY GROUP [PREFIX]");
    return 64;
}

using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = args[1] });
using var consumer = new ConsumerBuilder<string, GenericRecord>(new ConsumerConfig
    {
        BootstrapServers = args[0],
        GroupId = args[2],
        IsolationLevel = IsolationLevel.ReadCommitted, // what a transaction has thrown away is not shown; each prediction is there exactly once
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoOffsetStore = false, // an offset is stored when its prediction has been dealt with, and committed within five seconds
    })
    .SetValueDeserializer(new AvroDeserializer<GenericRecord>(registry).AsSyncOverAsync())
    .Build();
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stopping.Cancel();
};

// Which revision of each bucket is the highest. A program that keeps predictions in a database does the same there: replace where it is higher.
var newest = new Dictionary<(string Deployment, string Entity, DateTime Start), int>();
var order = new Queue<(string Deployment, string Entity, DateTime Start)>();
consumer.Subscribe((args.Length > 3 ? args[3] : "") + "predictions");
try
{
    while (true)
    {
        var result = consumer.Consume(stopping.Token);
        var prediction = result.Message.Value;
        var bucket = ((string)prediction["deployment"], (string)prediction["entity_id"], (DateTime)prediction["bucket_start"]);
        var revision = (int)prediction["revision"];
        if (!newest.TryGetValue(bucket, out var known) || revision > known)
        {
            if (newest.TryAdd(bucket, revision))
            {
                order.Enqueue(bucket);
            }

            newest[bucket] = revision;
            if (order.Count > Remembered)
            {
                newest.Remove(order.Dequeue());
            }

            Console.WriteLine(JsonSerializer.Serialize(new
            {
                entity = prediction["entity_id"],
                from = prediction["bucket_start"],
                to = prediction["bucket_end"],
                revision,
                label = prediction["label"],
                scores = prediction["scores"],
                deployment = prediction["deployment"],
                model = $"{prediction["model_name"]} {prediction["model_version"]}",
            }));
        }

        consumer.StoreOffset(result);
    }
}
catch (OperationCanceledException)
{
    consumer.Close(); // commits what is stored, and leaves the group at once
    return 0;
}
