using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

/// <summary>Measures the memory of the whole process, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(MemoryLaws), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What people are told of memory, against what the process takes.</summary>
[Collection(nameof(MemoryLaws))]
public sealed class MemoryLaws
{
    private const int Entities = 100_000;
    private const int ReadingsPerBucket = 4;
    private const int BatchRecords = 10_000;
    private const long Bucket = 10_000;
    private const double Tolerance = 0.3;

    // Memory is taken in pieces of up to 16 MiB, each at a boundary of 2 MiB.
    private const double BytesAhead = 24 << 20;

    private static readonly string[] Metrics = ["temperature", "humidity", "light", "co2", "activity"];
    private static readonly Aggregate[] Simple = [Aggregate.Count, Aggregate.Mean, Aggregate.Min, Aggregate.Max, Aggregate.Last];

    public static readonly TheoryData<string> Shapes = ["last values", "25 features", "order and revisions", "windows and lags"];

    private readonly RecordBatch _batch = new();
    private readonly OutputBatch _output = new();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_bytes_an_entity_that_explain_reports_are_those_that_a_process_takes_within_three_tenths_and_24_MiB(string shape)
    {
        var set = Set(shape);
        var buckets = 2 + (int)(set.ReviseFor / Bucket) + FeatureSetDescription.Of(set).PastBuckets;

        // What batches take does not grow with entities: it is there before, and after.
        Fill(set, BatchRecords, buckets);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var filter = Fill(set, Entities, buckets);
        var measured = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Entities;
        var counted = (double)filter.StateBytes(0) / Entities;
        GC.KeepAlive(filter);

        var said = FeatureSetDescription.Of(set).EstimateBytes(ReadingsPerBucket);
        var told = $"{shape}: {measured:F0} bytes an entity in the process, {counted:F0} counted by the state itself, {said:F0} reported";
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        Assert.True(counted < measured, told);
        Assert.InRange(measured, said * (1 - Tolerance), (said * (1 + Tolerance)) + (BytesAhead / Entities));
    }

    private static FeatureSetDefinition Set(string shape)
    {
        var set = Some.Set() with { Bucket = Bucket, IdleClose = 10 * Bucket };
        return shape switch
        {
            "last values" => set with { Features = [.. Metrics.Select(metric => Some.Feature(Aggregate.Last, metric))] },
            "25 features" => set with { Features = [.. Metrics.SelectMany(metric => Simple.Select(aggregate => Some.Feature(aggregate, metric)))] },
            "order and revisions" => set with { ReviseFor = 2 * Bucket, Features = [Some.Feature(Aggregate.Increase, "co2"), Some.Feature(Aggregate.TimeAbove, "light"), Some.Feature(Aggregate.Mean, "humidity")] },
            _ => set with
            {
                Features = [Some.Feature(Aggregate.Mean, "humidity") with { Over = 4 * Bucket }, Some.Feature(Aggregate.Sum, "light")],
                Lags = new LagDefinition { Count = 3, Of = ["light_sum"] },
            },
        };
    }

    /// <summary>Entities that all send evenly and in order, until as many buckets are open, revisable and looked back at as ever will be.</summary>
    private FeatureAssembler Fill(FeatureSetDefinition set, int entities, int buckets)
    {
        var filter = new FeatureAssembler([set]);
        filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3)]));
        filter.Open(0);
        var buffer = new AvroBuffer();
        var metrics = new AvroBuffer();
        var writer = new AvroWriter(metrics);
        writer.WriteBlock(Metrics.Length);
        foreach (var metric in Metrics)
        {
            writer.WriteString(metric);
            writer.WriteDouble(metric.Length);
        }

        writer.WriteEnd();
        var body = new AvroBuffer();
        var ids = Enumerable.Range(0, entities).Select(entity => Encoding.UTF8.GetBytes($"entity-{entity:D6}")).ToArray();
        var offset = 0L;
        for (var round = 0; round < buckets * ReadingsPerBucket; round++)
        {
            var time = 1_700_000_000_000 / Bucket * Bucket + (round * Bucket / ReadingsPerBucket) + 1;
            for (var entity = 0; entity < entities; entity++)
            {
                if (entity % BatchRecords == 0)
                {
                    _batch.Start(0, 0);
                }

                body.Reset();
                var reading = new AvroWriter(body);
                SensorReading.EncodeFields(ref reading, ids[entity], time, metrics.WrittenSpan, Scope.Entity, hasDeviceId: true, "d"u8, round, [0]);
                buffer.Reset();
                ConfluentFraming.Write(buffer, LogBytes.SchemaId);
                var record = new AvroWriter(buffer);
                SensorLog.WriteBranch(ref record, SensorLogBranch.IngestedReading);
                IngestedReading.EncodeFields(ref record, time, 0, offset, false, body.WrittenSpan);
                _batch.Add(offset++, -1, ids[entity], hasKey: true, buffer.WrittenSpan, hasValue: true);
                if (entity % BatchRecords == BatchRecords - 1)
                {
                    _output.Clear();
                    filter.Process(_batch, _output);
                    filter.Commit();
                }
            }
        }

        var counters = filter.Counters(0)[0].Counters;
        Assert.True(counters.Vectors >= (long)entities * (buckets - 1), $"only {counters.Vectors} vectors left");
        return filter;
    }
}
