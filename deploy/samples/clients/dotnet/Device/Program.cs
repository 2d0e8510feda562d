// A device: publishes what it measures to sensor.raw, with Confluent's client and its own Avro serializer.
//
//   dotnet run --project Device -- BOOTSTRAP REGISTRY ENTITY DEVICE FILE.csv [PREFIX]
//
// The file has a line for each moment: event_time (RFC 3339 with its offset), then a column for each metric; an empty cell was not measured. A
// reading's sequence is the number of its line: to send a file again, after a crash say, changes nothing downstream.
// Ends with 0 when Kafka has stored every reading, with 64 for a wrong call, else with 1.
using System.Globalization;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;

if (args.Length is < 5 or > 6)
{
    Console.Error.WriteLine("Usage: BOOTSTRAP REGISTRY ENTITY DEVICE FILE.csv [PREFIX]");
    return 64;
}

var (bootstrap, entity, device, topic) = (args[0], args[2], args[3], (args.Length > 5 ? args[5] : "") + "sensor.raw");
using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = args[1] });

// The schema is the chain's: a device looks it up and never registers one of its own.
var registered = await registry.GetLatestSchemaAsync(topic + "-value");
var schema = (RecordSchema)Schema.Parse(registered.SchemaString);
var scope = new GenericEnum((EnumSchema)schema["scope"].Schema, "entity");
using var producer = new ProducerBuilder<string, GenericRecord>(new ProducerConfig
    {
        BootstrapServers = bootstrap,
        ClientId = device,
        EnableIdempotence = true, // stored on all replicas, in order, and not twice when a request is repeated
        Partitioner = Partitioner.Murmur2Random,
        MessageTimeoutMs = 60_000, // how long a reading waits for a cluster that is away
        LingerMs = 50,
    })
    .SetValueSerializer(new AvroSerializer<GenericRecord>(registry, new AvroSerializerConfig { AutoRegisterSchemas = false, UseLatestVersion = true }))
    .Build();

var lines = await File.ReadAllLinesAsync(args[4]);
var metrics = lines[0].Split(',')[1..];
var sending = new List<Task>();
foreach (var (index, line) in lines.Skip(1).Index())
{
    var cells = line.Split(',');
    var reading = new GenericRecord(schema);
    reading.Add("entity_id", entity);
    reading.Add("event_time", DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture).UtcDateTime);
    reading.Add("metrics", metrics.Zip(cells[1..]).Where(pair => pair.Second.Length > 0)
        .ToDictionary(pair => pair.First, pair => (object)double.Parse(pair.Second, CultureInfo.InvariantCulture)));
    reading.Add("scope", scope);
    reading.Add("device_id", device);
    reading.Add("sequence", index + 1L);
    reading.Add("tags", new Dictionary<string, object>());
    sending.Add(producer.ProduceAsync(topic, new Message<string, GenericRecord> { Key = entity, Value = reading }));
}

try
{
    await Task.WhenAll(sending);
    Console.WriteLine($"{sending.Count} readings are stored in {topic}.");
    return 0;
}
catch (ProduceException<string, GenericRecord> e)
{
    Console.Error.WriteLine($"{sending.Count(send => !send.IsCompletedSuccessfully)} of {sending.Count} readings are not stored: {e.Error.Reason}");
    return 1;
}
