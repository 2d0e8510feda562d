using System.Text;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Ingest.Tests;

/// <summary>Hosts the filter in memory, with a clock that is set by hand.</summary>
internal sealed class IngestHost
{
    public const int Partitions = 4;
    public const int SensorReadingId = 100;
    public const int AttributesId = 101;
    public const int MembersId = 104;
    public const int OtherSchemaId = 102;
    public const int IncompatibleId = 103;
    public const int OutputSchemaId = 9;

    private readonly Schemas _readings = new(SensorReading.Schema);
    private readonly FixedClock _clock = new();
    private readonly IngestFilter _filter;
    private readonly RecordBatch _batch = new();

    public IngestHost(IngestOptions? options = null)
    {
        _readings.Add(SensorReadingId, SensorReading.Schema);
        _readings.Add(OtherSchemaId, AvroSchema.Parse("""
            {"type":"record","name":"SensorReading","namespace":"streaming","fields":[
              {"name":"metrics","type":{"type":"map","values":"float"}},
              {"name":"firmware","type":"string"},
              {"name":"event_time","type":"long"},
              {"name":"entity_id","type":"string"}]}
            """));
        var attributes = new Schemas(EntityAttributes.Schema);
        attributes.Add(AttributesId, EntityAttributes.Schema);
        var members = new Schemas(GroupFeatures.Schema);
        members.Add(MembersId, GroupFeatures.Schema);
        _filter = new IngestFilter(options ?? new IngestOptions(), _readings, _clock, attributes, members);
        _filter.Start(new FilterTopics(
            [new TopicShape("sensor.raw", 3, 0), new TopicShape("entity.attributes", 2, 0), new TopicShape("group.features", 2, 0)],
            [new TopicShape("sensor.readings", Partitions, OutputSchemaId)]));
    }

    public OutputBatch Output { get; } = new();

    public long Now
    {
        get => _clock.Now;
        set => _clock.Now = value;
    }

    public static SensorReading Reading(string entity = "cow-1", long eventTime = 1_700_000_000_000, Scope scope = Scope.Entity) => new()
    {
        EntityId = entity,
        EventTime = eventTime,
        Metrics = new Dictionary<string, double> { ["temperature"] = 38.5, ["activity"] = 2 },
        Scope = scope,
        DeviceId = "bolus",
        Sequence = 5,
        Tags = new Dictionary<string, string> { ["farm"] = "north" },
    };

    /// <summary>One record of sensor.raw.</summary>
    public void Process(byte[]? value, long appendTime = 1_700_000_000_000, string? key = "key", int topic = 0, int partition = 1, long offset = 42)
    {
        Output.Clear();
        _batch.Start(topic, partition);
        _batch.Add(offset, appendTime, Encoding.UTF8.GetBytes(key ?? ""), key is not null, value, value is not null);
        _filter.Process(_batch, Output);
    }

    public void Process(SensorReading reading, long appendTime = 1_700_000_000_000) => Process(AvroCodec.ToFramed(reading, SensorReadingId), appendTime);

    public void OnTime(long now, params OwnedPosition[] positions)
    {
        Output.Clear();
        _filter.OnTime(new TimeCall(now, positions), Output);
    }

    /// <summary>What came out, decoded, with partition and key.</summary>
    public List<(int Partition, string? Key, SensorLog Log)> Logs()
    {
        var logs = new List<(int, string?, SensorLog)>();
        for (var i = 0; i < Output.Count; i++)
        {
            var record = Output[i].Record;
            Assert.True(ConfluentFraming.TryRead(record.Value, out var schemaId, out var body));
            Assert.Equal(OutputSchemaId, schemaId);
            Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<SensorLog>(body, AvroLimits.Default, out var log));
            logs.Add((Output[i].Partition, record.HasKey ? Encoding.UTF8.GetString(record.Key) : null, log!));
        }

        return logs;
    }

    public Refusal Refused()
    {
        Assert.Equal(0, Output.Count);
        return Assert.Single(Output.Refusals);
    }

    private sealed class FixedClock : TimeProvider
    {
        public long Now { get; set; } = 1_700_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
    }

    private sealed class Schemas(AvroSchema reader) : IWriterSchemas
    {
        private readonly Dictionary<int, WriterSchema> _known = [];

        public void Add(int id, AvroSchema writer)
        {
            Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out var error), error);
            _known.Add(id, new WriterSchema(id, plan!));
        }

        public WriterSchemaStatus TryGet(int id, out WriterSchema? schema) =>
            _known.TryGetValue(id, out schema) ? WriterSchemaStatus.Ready
            : id == IncompatibleId ? WriterSchemaStatus.Incompatible
            : WriterSchemaStatus.Unknown;

        public string? Explain(int id) => $"about schema {id}";
    }
}
