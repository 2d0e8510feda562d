using System.Diagnostics;
using System.Diagnostics.Metrics;
using Streaming.Features.Assembly;
using Streaming.Features.Telemetry;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;
using Streaming.Telemetry;

namespace Streaming.Features.Tests.Telemetry;

public sealed class ObservedAssemblerTests : IDisposable
{
    private const int Partition = 77; // no other test's
    private static readonly FilterTopics Topics = new(
        [new TopicShape("sensor.readings", 100, 0)], [new TopicShape("feature.vectors", 8, 11), new TopicShape("sensor.late", 8, 12), new TopicShape("feature.sets", 1, 13)]);

    private readonly RecordBatch _batch = new();
    private readonly OutputBatch _outputs = new();
    private readonly ObservedAssembler _observed = new(new FeatureAssembler([Some.Set()]), TimeProvider.System);
    private readonly ActivityContext[] _found = new ActivityContext[8];

    public ObservedAssemblerTests()
    {
        _observed.Start(Topics);
        _observed.Open(Partition);
    }

    [Fact]
    public void A_vector_comes_of_the_followed_readings_of_its_entity_and_bucket_the_newest_first()
    {
        Entry[] log = [Some.Reading("a", 1), Some.Reading("a", 5), Some.Reading("b", 3), Some.Reading("a", 12), Some.Reading("a", 14), Some.Reading("a", 25)];
        var contexts = Process(log, 0, 2, 3, 4);

        // Bucket 0 to 10 of a is closed by the reading at 12, bucket 10 to 20 by that at 25; b's waits.
        Assert.Equal(2, _outputs.Count);
        Assert.Equal([contexts[0]], Find(0));
        Assert.Equal([contexts[4], contexts[3]], Find(1));
    }

    [Fact]
    public void What_comes_out_does_not_change_by_following()
    {
        Entry[] log = [Some.Reading("a", 1), Some.Reading("a", 12), Some.Reading("a", 25), Some.Tick(400)];

        Process(log, 0, 1, 2, 3);

        var plain = new FeatureAssembler([Some.Set()]);
        plain.Start(Topics);
        plain.Open(Partition);
        var outputs = new OutputBatch();
        plain.Process(_batch, outputs);
        Assert.NotEqual(0, outputs.Count);
        Assert.Equal(Enumerable.Range(0, outputs.Count).Select(i => Given.Of(outputs[i])), Enumerable.Range(0, _outputs.Count).Select(i => Given.Of(_outputs[i])));
    }

    [Fact]
    public void Readings_are_forgotten_with_their_partition_and_beyond_a_bound()
    {
        Entry[] log = [.. Enumerable.Range(0, FollowedReadings.Most + 5).Select(i => Some.Reading($"e{i}", 1))];
        Process(log, [.. Enumerable.Range(0, log.Length)]);
        Assert.False(_observed.IsEmpty);

        var contexts = Process([Some.Reading("e0", 12), Some.Reading("e500", 12)], offset: log.Length);
        Assert.Empty(contexts);
        Assert.Equal(2, _outputs.Count);
        Assert.Empty(Find(0));
        Assert.Single(Find(1));

        _observed.Close(Partition);
        Assert.True(_observed.IsEmpty);
    }

    [Fact]
    public void The_figures_are_those_that_were_committed()
    {
        Entry[] log = [Some.Tick(1), Some.Reading("a", 1), Some.Reading("a", 1), Some.Reading("a", 12), Some.Reading("a", 3)];
        Process(log);
        _observed.OnTime(default, new OutputBatch());
        _observed.Rollback();
        Assert.Equal(0, Collect(ChainMetrics.Readings).Sum());

        Process(log);
        _observed.OnTime(default, new OutputBatch());
        Assert.Equal(0, Collect(ChainMetrics.Readings).Sum());
        _observed.Commit();

        Assert.Equal(4, Collect(ChainMetrics.Readings).Sum());
        Assert.Equal(4, Collect(ChainMetrics.ReadingOutcomes).Sum());
        Assert.Equal(1, Collect(ChainMetrics.ReadingOutcomes, "duplicate").Sum());
        Assert.Equal(1, Collect(ChainMetrics.ReadingOutcomes, "late").Sum());
        Assert.Equal(1, Collect(ChainMetrics.Vectors, "first").Sum());
        Assert.Equal(1, Collect(ChainMetrics.OtherRecords).Sum());
    }

    public void Dispose() => _observed.Dispose();

    private Dictionary<int, ActivityContext> Process(Entry[] log, params int[] followed) => Process(log, 0, followed);

    private Dictionary<int, ActivityContext> Process(Entry[] log, long offset, params int[] followed)
    {
        _batch.Start(0, Partition);
        _outputs.Clear();
        foreach (var (key, value) in log.Select(LogBytes.Of))
        {
            _batch.Add(offset++, -1, key, key is not null, value, hasValue: true);
        }

        var contexts = followed.ToDictionary(index => index, _ => new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
        foreach (var (index, context) in contexts)
        {
            _observed.Remember(_batch, index, context);
        }

        _observed.Process(_batch, _outputs);
        return contexts;
    }

    private ActivityContext[] Find(int output) => _found[.._observed.Find(_batch, _outputs[output], _found)];

    private static List<long> Collect(MetricDefinition metric, string? outcome = null)
    {
        var values = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TelemetryNames.FeaturesMeter && instrument.Name == metric.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (all[TelemetryNames.Partition] is "77" && (outcome is null || outcome.Equals(all[TelemetryNames.Outcome])))
            {
                values.Add(value);
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
