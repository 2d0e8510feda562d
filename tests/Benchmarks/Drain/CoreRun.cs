using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Ingest;
using Streaming.Models.Deployments;
using Streaming.Models.Scoring;
using Streaming.Pipes;

namespace Streaming.Benchmarks.Drain;

/// <summary>The three filters of the path in one thread without Kafka, batch after batch.</summary>
internal sealed class CoreRun : IDisposable
{
    private const int SchemaId = 1;
    private const int BatchRecords = 3_000; // not what the services use: no result may depend on it
    private const long AppendTime = 1_780_000_000_000;
    private const int Vectors = 0;
    private const int FilterCount = 3;

    private static readonly TopicShape[] Outputs =
        [new("feature.vectors", Workload.Partitions, SchemaId), new("sensor.late", Workload.Partitions, SchemaId), new("feature.sets", 1, SchemaId)];

    private readonly IngestFilter _ingest;
    private readonly FeatureAssembler _assembler;
    private readonly ScoringFilter _scoring;
    private readonly RecordBatch _raw = new();
    private readonly RecordBatch[] _logs = [.. Enumerable.Range(0, Workload.Partitions).Select(_ => new RecordBatch())];
    private readonly RecordBatch[] _vectors = [.. Enumerable.Range(0, Workload.Partitions).Select(_ => new RecordBatch())];
    private readonly OutputBatch _passed = new();
    private readonly OutputBatch _assembled = new();
    private readonly OutputBatch _scored = new();
    private readonly long[] _offsets = new long[Workload.Partitions];
    private readonly IFilter[] _filters;
    private TimeSpan[] _costs = new TimeSpan[FilterCount];
    private long _allocated;

    public CoreRun()
    {
        _ingest = new IngestFilter(new IngestOptions(), new OneSchema(SchemaId, SensorReading.Schema), TimeProvider.System);
        _ingest.Start(new FilterTopics([new("sensor.raw", Workload.Partitions, 0)], [new("sensor.readings", Workload.Partitions, SchemaId)]));
        _assembler = new FeatureAssembler(FeatureSetDirectory.Load(Folders.FeatureSets));
        _assembler.Start(new FilterTopics([new("sensor.readings", Workload.Partitions, 0)], Outputs));
        for (var partition = 0; partition < Workload.Partitions; partition++)
        {
            _assembler.Open(partition);
        }

        _scoring = new ScoringFilter(DeployedModels.FromDirectory(Folders.Models).Of(Stage.Production), new OneSchema(SchemaId, FeatureVector.Schema), "0");
        _scoring.Start(new FilterTopics([Outputs[Vectors]], [new("predictions", Workload.Partitions, SchemaId)]));
        _filters = [_ingest, _assembler, _scoring];
    }

    /// <summary>What comes of a work.</summary>
    public static Checksum Of(Workload work)
    {
        using var run = new CoreRun();
        var checksum = new Checksum();
        for (long number = 0; number < work.Readings;)
        {
            run.Fill(work, ref number);
            run.Pass();
            run.Gather(checksum);
        }

        return checksum;
    }

    /// <summary>What the three filters take and allocate by themselves, once they are warm.</summary>
    /// <param name="work">What to process; its second half is measured, without the closing readings.</param>
    public static CoreCosts Measure(Workload work)
    {
        using var run = new CoreRun();
        long measured = 0;
        for (long number = 0; number < work.Readings;)
        {
            var first = number;
            run.Fill(work, ref number);
            if (number > work.Readings - work.Step)
            {
                break; // at the end every entity has one bucket more at once, which is no steady state
            }

            if (first < work.Readings / 2)
            {
                run._costs = new TimeSpan[FilterCount];
                run._allocated = 0;
            }
            else
            {
                measured += number - first;
            }

            run.Pass();
        }

        double Nanoseconds(int filter) => run._costs[filter].TotalNanoseconds / measured;
        return new CoreCosts(Nanoseconds(0), Nanoseconds(1), Nanoseconds(2), (double)run._allocated / measured);
    }

    public void Dispose() => _scoring.Dispose();

    private void Fill(Workload work, ref long number)
    {
        _raw.Start(0, 0);
        for (; _raw.Count < BatchRecords && number < work.Readings; number++)
        {
            var key = work.Key(number);
            _raw.Add(number, AppendTime, key, hasKey: true, work.Value(number, key, SchemaId), hasValue: true);
        }
    }

    private void Pass()
    {
        _passed.Clear();
        _assembled.Clear();
        _scored.Clear();
        Run(0, _raw, _passed);
        Deal(_passed, 0, _logs);
        foreach (var log in _logs)
        {
            Run(1, log, _assembled);
        }

        _assembler.Commit();
        Deal(_assembled, Vectors, _vectors);
        foreach (var vectors in _vectors)
        {
            Run(2, vectors, _scored);
        }

        foreach (var output in (ReadOnlySpan<OutputBatch>)[_passed, _assembled, _scored])
        {
            if (output.Refusals.Count > 0)
            {
                throw new InvalidOperationException($"A record of the work was refused: {output.Refusals[0].Detail}");
            }
        }
    }

    private void Run(int filter, RecordBatch batch, OutputBatch output)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = Environment.CpuUsage.TotalTime; // not the clock: others may have the processor meanwhile
        _filters[filter].Process(batch, output);
        _costs[filter] += Environment.CpuUsage.TotalTime - began;
        _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
    }

    private void Gather(Checksum checksum)
    {
        foreach (var vectors in _vectors)
        {
            for (var i = 0; i < vectors.Count; i++)
            {
                checksum.AddVector(vectors[i].Value);
            }
        }

        for (var i = 0; i < _scored.Count; i++)
        {
            checksum.AddPrediction(_scored[i].Record.Value);
        }
    }

    private void Deal(OutputBatch from, int topic, RecordBatch[] into)
    {
        for (var partition = 0; partition < into.Length; partition++)
        {
            into[partition].Start(0, partition);
        }

        for (var i = 0; i < from.Count; i++)
        {
            var output = from[i];
            if (output.Topic == topic)
            {
                var record = output.Record;
                var partition = Murmur2.Partition(record.Key, into.Length);
                into[partition].Add(_offsets[partition]++, AppendTime, record.Key, record.HasKey, record.Value, record.HasValue, record.Headers);
            }
        }
    }
}

/// <summary>What the filters cost without Kafka.</summary>
/// <param name="Ingest">Nanoseconds of a reading in SensorIngest's filter: read, check, re-key, write.</param>
/// <param name="Assembly">Nanoseconds of a reading in FeatureAssembly's: read, find the entity, update the bucket; with its share of the vectors.</param>
/// <param name="Scoring">Nanoseconds of a reading in ScoringAgent's: its share of the vectors' reading, scoring and writing.</param>
/// <param name="Bytes">Bytes allocated for a reading by all three.</param>
internal sealed record CoreCosts(double Ingest, double Assembly, double Scoring, double Bytes);
