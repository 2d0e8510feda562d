using System.Globalization;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Ingest;
using Streaming.Models.Scoring;
using Streaming.Pipes;

namespace Streaming.Driver;

/// <summary>
/// The chain from readings to predictions in memory, by the same filters that the services run on Kafka: records go in, the clock is cranked by
/// hand, and what comes out is there when the call returns. For tests of feature sets and models; docs/TESTING.md has an example. Not for several
/// threads at once.
/// </summary>
/// <remarks>
/// The clock stands for all clocks of the chain: the brokers' append times, and the time that ticks tell. Log time is the clock, as long as
/// <see cref="IngestOptions.TickMargin"/> is 0. Fed with the records of a real <c>sensor.readings</c>, it gives the vectors and predictions that the
/// services gave, byte by byte.
/// </remarks>
public sealed class PipelineDriver : IDisposable
{
    private readonly DriverClock _clock = new();
    private readonly DriverSchemas _schemas;
    private readonly Dictionary<Topic, DriverTopic> _topics;
    private readonly List<DriverStage> _stages;
    private readonly Queue<(DriverStage Stage, Topic Topic, DriverRecord Record)> _waiting = new();
    private readonly FeatureAssembler _assembler;
    private readonly ScoringFilter? _scoring;
    private List<RefusedRecord> _refused = [];

    /// <summary>Starts the chain.</summary>
    /// <param name="options">What it runs.</param>
    /// <exception cref="ArgumentException">A feature set or an option breaks a rule; every rule is named.</exception>
    /// <exception cref="Streaming.Models.Packages.ModelPackageException">A model cannot be used.</exception>
    public PipelineDriver(PipelineDriverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Partitions, 1, nameof(options));
        _clock.Now = options.Start.ToUnixTimeMilliseconds();
        _schemas = new DriverSchemas(options.SchemaIds);
        _topics = Topics.All.ToDictionary(topic => topic, topic => new DriverTopic(topic, topic.Partitions == TopicPartitions.Entity ? options.Partitions : 1, _schemas.IdOf(topic)));
        _assembler = new FeatureAssembler(options.FeatureSets);
        var ingest = new IngestFilter(options.Ingest, _schemas.For(Topics.SensorRaw), _clock, _schemas.For(Topics.EntityAttributes), _schemas.For(Topics.GroupFeatures));
        _stages = [new DriverStage(ChainStages.SensorIngest, ingest, Of), new DriverStage(ChainStages.FeatureAssembly, _assembler, Of)];
        if (options.Models.Count > 0)
        {
            _scoring = new ScoringFilter(options.Models, _schemas.For(Topics.FeatureVectors), options.PipelineVersion);
            _stages.Add(new DriverStage(ChainStages.ScoringAgent, _scoring, Of));
        }

        // Only assembly has something to say at its start. A tick of ingest would stand before the records of a log that is sent whole.
        _stages[1].OnTime(_clock.Now, Of, Give);
        Run();
    }

    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Up to when assembly knows that everything was passed on, in milliseconds since 1970; null before every source partition has reported, which the
    /// first <see cref="Advance"/> sees to.</summary>
    /// <param name="partition">The partition of <c>sensor.readings</c>.</param>
    public long? LogTime(int partition = 0) => _assembler.LogTime(partition);

    /// <summary>Publishes a reading to <c>sensor.raw</c>, now, as a device would.</summary>
    public void Send(SensorReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Send(Topics.SensorRaw, Encoding.UTF8.GetBytes(reading.EntityId), AvroCodec.ToFramed(reading, _schemas.IdOf(Topics.SensorRaw)));
    }

    /// <summary>Publishes attributes to <c>entity.attributes</c>, now.</summary>
    public void Send(EntityAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        Send(Topics.EntityAttributes, Encoding.UTF8.GetBytes(attributes.EntityId), AvroCodec.ToFramed(attributes, _schemas.IdOf(Topics.EntityAttributes)));
    }

    /// <summary>Appends a record of any bytes to a topic that a stage reads: <c>sensor.raw</c>, <c>entity.attributes</c>, <c>sensor.readings</c> or <c>feature.vectors</c>.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key's bytes; null for a null key.</param>
    /// <param name="value">The value's bytes, framed; null for a null value.</param>
    /// <param name="partition">The partition; by the key where null.</param>
    /// <param name="offset">The offset, not below the next one; the next one where null.</param>
    /// <param name="appended">When the broker appended it; now where null.</param>
    /// <exception cref="ArgumentException">No stage reads the topic, or the place is none.</exception>
    public void Send(Topic topic, byte[]? key, byte[]? value, int? partition = null, long? offset = null, DateTimeOffset? appended = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (!_stages.Exists(stage => stage.Reads(topic)))
        {
            throw new ArgumentException($"No stage of the driver reads '{topic.Name}'.", nameof(topic));
        }

        var place = partition ?? Murmur2.Partition(key, Of(topic).Partitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)Of(topic).Partitions, nameof(partition));
        var at = offset ?? Of(topic).NextOffset(place);
        ArgumentOutOfRangeException.ThrowIfLessThan(at, Of(topic).NextOffset(place), nameof(offset));
        Append(topic, new DriverRecord(place, at, appended?.ToUnixTimeMilliseconds() ?? _clock.Now, key, value, new Dictionary<string, string>()));
        Run();
    }

    /// <summary>Makes a schema known, as its registration would; a record that was written with it is sent as bytes, framed with the id.</summary>
    /// <param name="schema">The schema, JSON.</param>
    /// <returns>Its id.</returns>
    public int Register(string schema) => _schemas.Add(AvroSchema.Parse(schema));

    /// <summary>Moves the clock on and lets ingest tick, so that buckets close and revisions leave whose time has come.</summary>
    /// <param name="time">How far; not below 0.</param>
    public void Advance(TimeSpan time) => AdvanceTo(Now + time);

    /// <summary>Moves the clock on to a moment and lets ingest tick.</summary>
    /// <param name="moment">Not before <see cref="Now"/>.</param>
    public void AdvanceTo(DateTimeOffset moment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(moment, Now);
        _clock.Now = moment.ToUnixTimeMilliseconds();
        Tell();
    }

    /// <summary>The vectors that left since the last call, in the order of their leaving.</summary>
    public IReadOnlyList<FeatureVector> TakeVectors() => [.. Take(Topics.FeatureVectors).Select(Read<FeatureVector>)];

    /// <summary>The predictions that were made since the last call.</summary>
    public IReadOnlyList<Prediction> TakePredictions() => [.. Take(Topics.Predictions).Select(Read<Prediction>)];

    /// <summary>The readings that came too late to revise anything since the last call.</summary>
    public IReadOnlyList<LateReading> TakeLate() => [.. Take(Topics.SensorLate).Select(record => new LateReading(
        Read<IngestedReading>(record), TimeSpan.FromMilliseconds(Number(record, "lateness_ms")), Number(record, "bucket_start"), record.Headers["feature_set"]))];

    /// <summary>The records that stages refused since the last call.</summary>
    public IReadOnlyList<RefusedRecord> TakeRefused()
    {
        var taken = _refused;
        _refused = [];
        return taken;
    }

    /// <summary>What any topic got since the last call, as bytes.</summary>
    public IReadOnlyList<DriverRecord> Take(Topic topic) => Of(topic).Take();

    /// <inheritdoc/>
    public void Dispose() => _scoring?.Dispose();

    private static T Read<T>(DriverRecord record)
        where T : class, IAvroRecord<T> =>
        AvroCodec.TryDecode<T>(record.Value.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var value) == AvroStatus.Ok
            ? value!
            : throw new InvalidDataException($"The record at {record.Partition}/{record.Offset} is no {typeof(T).Name}: somebody sent other bytes to the topic.");

    private static long Number(DriverRecord record, string header) => long.Parse(record.Headers[header], CultureInfo.InvariantCulture);

    private DriverTopic Of(Topic topic) => _topics[topic];

    private void Tell()
    {
        foreach (var stage in _stages)
        {
            stage.OnTime(_clock.Now, Of, Give);
        }

        Run();
    }

    private void Run()
    {
        while (_waiting.TryDequeue(out var next))
        {
            next.Stage.Take(next.Topic, next.Record, Give, _refused.Add);
        }
    }

    private void Give(Topic topic, int partition, DriverRecord record)
    {
        var place = partition == OutputBatch.ByKey ? Murmur2.Partition(record.Key, Of(topic).Partitions) : partition;
        Append(topic, record with { Partition = place, Offset = Of(topic).NextOffset(place), Appended = _clock.Now });
    }

    private void Append(Topic topic, DriverRecord record)
    {
        Of(topic).Append(record);
        foreach (var stage in _stages.Where(stage => stage.Reads(topic)))
        {
            _waiting.Enqueue((stage, topic, record));
        }
    }
}
