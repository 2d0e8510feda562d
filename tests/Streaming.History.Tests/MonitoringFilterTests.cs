using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.History.Sink;
using Streaming.Monitoring;
using Streaming.Pipes;

namespace Streaming.History.Tests;

public sealed class MonitoringFilterTests
{
    private const int KnownSchema = 7;
    private const int UnknownSchema = 8;
    private const int IncompatibleSchema = 9;
    private static readonly Topic[] AllTopics =
    [
        Topics.FeatureVectors, Topics.Predictions, Topics.Labels, Topics.ShadowPredictions, Topics.ModelDeployments, Topics.PipelineJobs, Topics.FeatureSets,
    ];

    private static readonly Label Moment = new() { EntityId = "room", EventTime = 5, Name = "occupied", Value = "yes", KnownAt = 6, Source = "camera" };

    private readonly RecordingWriter _history = new();
    private readonly OutputBatch _output = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private MonitoringFilter Filter(MonitoringFilterOptions? options = null, Action<HistoryUnavailableException?>? outageChanged = null)
    {
        var inputs = AllTopics.Select(topic => new MonitoringInput(topic, new FixedSchemas(topic.Schema))).ToArray();
        var filter = new MonitoringFilter(_history, inputs, options ?? new() { RetryDelay = TimeSpan.FromMilliseconds(1) }, outageChanged: outageChanged);
        filter.Start(new FilterTopics([.. AllTopics.Select(topic => new TopicShape("p." + topic.Name, 4, 0))], []));
        return filter;
    }

    private static RecordBatch Batch(Topic topic, params byte[]?[] values)
    {
        var batch = new RecordBatch();
        batch.Start(Array.IndexOf(AllTopics, topic), 3);
        for (var index = 0; index < values.Length; index++)
        {
            batch.Add(100 + index, 5000 + index, "key"u8, true, values[index], values[index] is not null);
        }

        return batch;
    }

    private static RecordBatch Batch<T>(Topic topic, params T[] records)
        where T : class, IAvroRecord<T> =>
        Batch(topic, [.. records.Select(record => AvroCodec.ToFramed(record, KnownSchema))]);

    private void Refused(string expected) =>
        Assert.Equal(expected, string.Join("; ", _output.Refusals.Select(refusal => $"{refusal.Index} {refusal.Reason} {refusal.EntityId}".TrimEnd())));

    [Fact]
    public async Task Every_kind_of_record_becomes_its_row_with_where_it_stands_and_when_it_was_known()
    {
        var filter = Filter();
        filter.Process(
            Batch(Topics.FeatureVectors, new FeatureVector
            {
                EntityId = "room", BucketStart = 10, BucketEnd = 20, FeatureSet = "climate", FeatureSetVersion = 2, FeatureSetHash = "fh", Revision = 1,
                Features = [1.5, double.NaN], Missing = [1], ReadingCount = 3, LateCount = 4, Completeness = 0.5, CloseReason = CloseReason.Idle,
                InputPartition = 2, FirstOffset = 8, LastOffset = 9,
            }),
            _output);
        filter.Process(
            Batch(Topics.ShadowPredictions, new Prediction
            {
                PredictionId = "id", EntityId = "room", BucketStart = 10, BucketEnd = 20, Revision = 1, FeatureSet = "climate", FeatureSetVersion = 2, FeatureSetHash = "fh",
                Deployment = "d", ModelName = "m", ModelVersion = "1", ModelSha256 = "mh", Stage = Stage.Shadow, Scores = [0.25], Label = "yes", Threshold = 0.2,
                PipelineVersion = "0.1", Features = [7],
            }),
            _output);
        filter.Process(Batch(Topics.Labels, Moment with { EventEnd = 9, PredictionId = "id" }), _output);
        filter.Process(
            Batch(Topics.ModelDeployments, new DeploymentEvent
            {
                Deployment = "d", Revision = 3, BasedOn = 2, FeatureSet = "climate", FeatureSetVersion = 2, FeatureSetHash = "fh", ModelName = "m", ModelVersion = "1",
                ModelSha256 = "mh", Stage = Stage.Production, Actor = "ann", Reason = "better",
            }),
            _output);
        filter.Process(
            Batch(Topics.PipelineJobs, new JobEvent
            {
                JobId = "j", Kind = "replay", State = JobState.Completed, Actor = "bob", Reason = "why", RangeStart = 1, RangeEnd = 2,
                Parameters = new Dictionary<string, string> { ["a"] = "b" }, Result = new Dictionary<string, string> { ["c"] = "d" },
            }),
            _output);
        filter.Process(
            Batch(Topics.FeatureSets, new FeatureSet
            {
                Name = "climate", Version = 2, Hash = "fh", Content = "yaml", Layout = [new FeatureLayout { Name = "t", Description = "mean", Unit = "°C" }],
            }),
            _output);

        await filter.WriteAsync(Ending);
        await filter.WriteAsync(Ending);

        Refused("");
        RecordOrigin At(string topic) => new(5000, "p." + topic, 3, 100);
        Assert.Equal(
            RowText.Of(
            [
                new VectorRow
                {
                    Origin = At("feature.vectors"), EntityId = "room", BucketStart = 10, BucketEnd = 20, FeatureSet = "climate", FeatureSetVersion = 2,
                    FeatureSetHash = "fh", Revision = 1, Features = (double[])[1.5, double.NaN], Missing = (int[])[1], ReadingCount = 3, LateCount = 4, Completeness = 0.5,
                    CloseReason = "idle", InputPartition = 2, FirstOffset = 8, LastOffset = 9,
                },
                new PredictionRow
                {
                    Origin = At("predictions.shadow"), PredictionId = "id", EntityId = "room", BucketStart = 10, BucketEnd = 20, Revision = 1, FeatureSet = "climate",
                    FeatureSetVersion = 2, FeatureSetHash = "fh", Deployment = "d", ModelName = "m", ModelVersion = "1", ModelSha256 = "mh", Stage = "shadow",
                    Scores = (double[])[0.25], Label = "yes", Threshold = 0.2, PipelineVersion = "0.1", Features = (double[])[7],
                },
                new LabelRow
                {
                    Origin = At("labels"), EntityId = "room", EventTime = 5, EventEnd = 9, Name = "occupied", Value = "yes", KnownAt = 6, Source = "camera", PredictionId = "id",
                },
                new DeploymentRow
                {
                    Origin = At("model.deployments"), Deployment = "d", Revision = 3, BasedOn = 2, FeatureSet = "climate", FeatureSetVersion = 2, FeatureSetHash = "fh",
                    ModelName = "m", ModelVersion = "1", ModelSha256 = "mh", Stage = "production", Actor = "ann", Reason = "better",
                },
                new JobRow
                {
                    Origin = At("pipeline.jobs"), JobId = "j", Kind = "replay", State = "completed", Actor = "bob", Reason = "why", RangeStart = 1, RangeEnd = 2,
                    Parameters = new Dictionary<string, string> { ["a"] = "b" }, Result = new Dictionary<string, string> { ["c"] = "d" },
                },
                new FeatureSetRow
                {
                    Origin = At("feature.sets"), Name = "climate", Version = 2, Hash = "fh", Content = "yaml", Layout = [new FeatureColumn("t", "mean", "°C")],
                },
            ]),
            RowText.Of(_history.Written));
        Assert.Equal(6, filter.RowsWritten);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused_alone_with_its_reason()
    {
        var filter = Filter();
        var good = AvroCodec.ToFramed(Moment, KnownSchema);
        byte[] truncated = good[..^1];
        filter.Process(
            Batch(
                Topics.Labels,
                good,
                null,
                [],
                "{\"entity\":1}"u8.ToArray(),
                AvroCodec.ToFramed(Moment, UnknownSchema),
                AvroCodec.ToFramed(Moment, IncompatibleSchema),
                truncated,
                [.. good, 0],
                AvroCodec.ToFramed(Moment with { EntityId = "" }, KnownSchema),
                AvroCodec.ToFramed(Moment with { EntityId = new string('ä', 129) }, KnownSchema),
                AvroCodec.ToFramed(Moment with { EventTime = long.MaxValue }, KnownSchema),
                AvroCodec.ToFramed(Moment with { EventEnd = 5 }, KnownSchema),
                AvroCodec.ToFramed(Moment with { Value = new string('v', AvroLimits.Default.MaxLength + 1) }, KnownSchema),
                good),
            _output);

        await filter.WriteAsync(Ending);

        Refused("1 NullValue; 2 NotFramed; 3 NotFramed; 4 UnknownSchema; 5 IncompatibleSchema; 6 Malformed; 7 Malformed; 8 InvalidEntity; 9 InvalidEntity; "
            + "10 InvalidTime room; 11 InvalidTime room; 12 TooLarge");
        Assert.Equal([100L, 113L], _history.Written.Select(row => row.Origin.Offset));
        Assert.Equal("entity_id has 258 bytes; it must have 1 to 256", _output.Refusals[8].Detail);
        Assert.Equal("event_end = 5 must be after event_time = 5; leave it out for a moment", _output.Refusals[10].Detail);
    }

    [Fact]
    public void A_bucket_that_ends_before_it_starts_is_refused()
    {
        var filter = Filter();
        filter.Process(
            Batch(Topics.FeatureVectors, new FeatureVector
            {
                EntityId = "room", BucketStart = 20, BucketEnd = 20, FeatureSet = "climate", FeatureSetVersion = 2, FeatureSetHash = "fh", Revision = 1,
                Features = [], ReadingCount = 3, LateCount = 4, Completeness = 0.5, CloseReason = CloseReason.Idle, InputPartition = 2, FirstOffset = 8, LastOffset = 9,
            }),
            _output);
        Refused("0 InvalidTime room");
    }

    [Fact]
    public async Task Records_of_an_older_schema_are_kept_with_what_they_have()
    {
        Assert.True(AvroSchema.TryParse(
            """{"type":"record","name":"Label","namespace":"streaming","fields":[{"name":"source","type":"string"},{"name":"value","type":"string"},{"name":"known_at","type":"long"},{"name":"name","type":"string"},{"name":"event_time","type":"long"},{"name":"entity_id","type":"string"}]}""",
            out var older,
            out var error), error);
        var filter = new MonitoringFilter(_history, [new MonitoringInput(Topics.Labels, new FixedSchemas(older!))]);
        filter.Start(new FilterTopics([new TopicShape("labels", 1, 0)], []));
        var buffer = new AvroBuffer();
        var writer = new AvroWriter(buffer);
        ConfluentFraming.Write(ref writer, KnownSchema);
        writer.WriteString("camera");
        writer.WriteString("yes");
        writer.WriteLong(6);
        writer.WriteString("occupied");
        writer.WriteLong(5);
        writer.WriteString("room");
        var batch = new RecordBatch();
        batch.Start(0, 0);
        batch.Add(0, 1, default, false, buffer.WrittenSpan, true);

        filter.Process(batch, _output);
        await filter.WriteAsync(Ending);

        Refused("");
        var row = Assert.IsType<LabelRow>(Assert.Single(_history.Written));
        Assert.Equal(("room", 5L, null, "occupied", "yes", 6L, "camera", null), (row.EntityId, row.EventTime, row.EventEnd, row.Name, row.Value, row.KnownAt, row.Source, row.PredictionId));
    }

    [Fact]
    public async Task A_store_that_is_down_is_waited_for_and_nothing_is_refused()
    {
        _history.Outages = 5;
        var told = new List<bool>();
        var filter = Filter(new() { RetryDelay = TimeSpan.FromMilliseconds(1), RowsPerWrite = 2 }, outage => told.Add(outage is not null));
        filter.Process(Batch(Topics.Labels, Moment, Moment, Moment), _output);
        HistoryUnavailableException? seen = null;
        _history.OnOutage = () => seen ??= filter.Outage;

        await filter.WriteAsync(Ending);

        Refused("");
        Assert.Equal([100L, 101L, 102L], _history.Written.Select(row => row.Origin.Offset));
        Assert.Equal([2, 2, 2, 2, 2, 2, 1], _history.Sizes);
        Assert.NotNull(seen);
        Assert.Null(filter.Outage);
        Assert.Equal([true, false], told);
    }

    [Fact]
    public async Task What_the_store_can_never_take_is_refused_alone()
    {
        _history.Refuses = row => row.Origin.Offset is 101 or 104;
        var filter = Filter(new() { RowsPerWrite = 2 });
        filter.Process(Batch(Topics.Labels, Moment, Moment with { EntityId = "bad" }, Moment, Moment, Moment), _output);

        await filter.WriteAsync(Ending);

        Refused("1 RefusedByStore bad; 4 RefusedByStore room");
        Assert.Equal("no such rows", _output.Refusals[0].Detail);
        Assert.Equal([100L, 102L, 103L], _history.Written.Select(row => row.Origin.Offset));
        Assert.Equal(3, filter.RowsWritten);
    }

    [Fact]
    public async Task A_store_that_no_waiting_mends_ends_the_write()
    {
        _history.Broken = true;
        var filter = Filter();
        filter.Process(Batch(Topics.Labels, Moment), _output);

        await Assert.ThrowsAsync<HistoryUnusableException>(() => filter.WriteAsync(Ending));
    }

    [Fact]
    public async Task Waiting_ends_where_it_is_cancelled()
    {
        _history.Outages = int.MaxValue;
        var filter = Filter(new() { RetryDelay = TimeSpan.FromSeconds(30), MaxRetryDelay = TimeSpan.FromSeconds(60) });
        filter.Process(Batch(Topics.Labels, Moment), _output);
        using var stop = new CancellationTokenSource();
        _history.OnOutage = stop.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filter.WriteAsync(stop.Token));
    }

    [Fact]
    public async Task What_is_discarded_is_not_written()
    {
        var filter = Filter();
        filter.Process(Batch(Topics.Labels, Moment, Moment), _output);
        filter.Discard();
        filter.Process(Batch(Topics.Predictions), _output);
        await filter.WriteAsync(Ending);
        await filter.WriteAsync(Ending);

        Assert.Empty(_history.Written);
    }

    [Fact]
    public void A_topic_of_which_no_history_is_kept_is_refused_at_the_start()
    {
        var error = Assert.Throws<ArgumentException>(() => new MonitoringFilter(_history, [new MonitoringInput(Topics.SensorRaw, new FixedSchemas(Topics.SensorRaw.Schema))]));
        Assert.Contains("sensor.raw", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Filter().Start(new FilterTopics([new TopicShape("labels", 1, 0)], [])));
    }

    /// <summary>One known schema, one that the registry lacks, one that does not resolve.</summary>
    private sealed class FixedSchemas(AvroSchema writer) : IWriterSchemas
    {
        public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
        {
            schema = null;
            if (id != KnownSchema)
            {
                return id == UnknownSchema ? WriterSchemaStatus.Unknown : WriterSchemaStatus.Incompatible;
            }

            var reader = AllTopics.First(topic => topic.Record == writer.Text.Split("\"name\":\"")[1].Split('"')[0]).Schema;
            Assert.True(ResolutionPlan.TryCreate(writer, reader, out var plan, out var error), error);
            schema = new WriterSchema(id, plan!);
            return WriterSchemaStatus.Ready;
        }

        public string? Explain(int id) => $"schema {id} is of no use";
    }

    /// <summary>A store that keeps rows in memory and fails as it is told.</summary>
    private sealed class RecordingWriter : IHistoryWriter
    {
        public List<HistoryRow> Written { get; } = [];

        public List<int> Sizes { get; } = [];

        public int Outages { get; set; }

        public bool Broken { get; set; }

        public Action OnOutage { get; set; } = () => { };

        public Func<HistoryRow, bool> Refuses { get; set; } = _ => false;

        public Task<IReadOnlyList<RefusedRow>> WriteAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation)
        {
            Sizes.Add(rows.Count);
            if (Broken)
            {
                throw new HistoryUnusableException("broken");
            }

            if (Outages-- > 0)
            {
                OnOutage();
                throw new HistoryUnavailableException("down");
            }

            Written.AddRange(rows.Where(row => !Refuses(row)));
            return Task.FromResult<IReadOnlyList<RefusedRow>>([.. rows.Index().Where(row => Refuses(row.Item)).Select(row => new RefusedRow(row.Index, "no such rows"))]);
        }
    }
}
