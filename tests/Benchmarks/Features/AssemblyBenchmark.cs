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
    private const double LeastAgainstPlain = 10;

    // Rounds until every entity has had a bucket closed, so that the memory of the next one is there.
    private const int Settled = 70;

    private const int RoundsOfTurn = 5;

    private static readonly int PlainEntities = 50_000;
    private static readonly Aggregate[] Aggregates = [Aggregate.Mean, Aggregate.Stddev, Aggregate.Min, Aggregate.Max, Aggregate.Last];

    public static bool Run()
    {
        var report = new StringBuilder("| entities | readings a bucket | bytes decoded, ns | update, ns | both, ns | allocated per reading, B | state per entity, B |\n|---|---|---|---|---|---|---|\n");
        var most = int.Parse(Environment.GetEnvironmentVariable("STREAMING_BENCH_ENTITIES") ?? "1000000", CultureInfo.InvariantCulture);
        // The compiler at run time has its say before anything counts.
        Assemble(1_000, from: 1_400, until: 1_500);
        foreach (var entities in new[] { 1_000, 10_000, 50_000, 100_000, 1_000_000, 5_000_000 }.Where(count => count <= most))
        {
            // From the third bucket on nothing grows any more. A million entities do not come so far in a reasonable time: they take memory for what they begin to remember.
            var (from, until) = entities switch { > 200_000 => (2, 16), < 5_000 => (1_000, 2_000), _ => (2 * Settled, 3 * Settled) };
            var result = Assemble(entities, from, until);
            report.Append(CultureInfo.InvariantCulture, $"| {entities:N0} | 60 | {result.Decode:F0} | {result.Both - result.Decode:F0} | {result.Both:F0} | {result.Allocated:F2} | {result.StateBytes:F0} |\n");
            Console.Write(report.ToString().Split('\n')[^2] + "\n");
        }

        var isWithin = Compare(report);
        File.WriteAllText(Path.Combine(Folders.Results, "features.md"), report.ToString());
        Console.WriteLine(report);
        return isWithin;
    }

    private static Result Assemble(int entities, int from, int until)
    {
        var ours = new Ours();
        Play(new HerdLog(entities), until, (batch, round) => ours.Take(batch, counts: round >= from));
        return ours.Result(entities);
    }

    /// <summary>
    /// Both take the same readings, some rounds at a time in turns, so that either finds the processor's memory as it left it and whatever else the machine does hits both. What decoding costs the
    /// plain version is measured before it keeps anything: the collector's work for what it keeps is not decoding.
    /// </summary>
    private static bool Compare(StringBuilder report)
    {
        var (cost, decode) = (new Stopwatch(), new Stopwatch());
        Play(new HerdLog(PlainEntities), until: 4, (batch, round) => decode.Measure(round > 0, batch.Count, () => DecodePlain(batch)));
        var ours = new Ours(keepsVectors: true);
        var plain = new PlainAssembly(Bucket, Grace);
        var (ourLog, plainLog) = (new HerdLog(PlainEntities), new HerdLog(PlainEntities));
        for (var until = RoundsOfTurn; until <= Settled + (Settled / 2); until += RoundsOfTurn)
        {
            Play(ourLog, until, (batch, round) => ours.Take(batch, round >= Settled));
            Play(plainLog, until, (batch, round) => cost.Measure(round >= Settled, batch.Count, () => plain.Take(batch)));
        }

        Check(plain.Vectors, ours.Vectors);
        var result = ours.Result(PlainEntities);
        var ratio = (cost.Nanoseconds - decode.Nanoseconds) / (result.Both - result.Decode);
        report.Append(CultureInfo.InvariantCulture, $"\nAt {PlainEntities:N0} entities, in turns: plain {decode.Nanoseconds:F0} ns decoding + {cost.Nanoseconds - decode.Nanoseconds:F0} ns update; here {result.Decode:F0} ns + {result.Both - result.Decode:F0} ns. Update {ratio:F1} times faster, all in all {cost.Nanoseconds / result.Both:F1} times. {ours.Vectors.Count:N0} vectors of either are equal.\n");
        return ratio >= LeastAgainstPlain;
    }

    private static void Play(HerdLog log, int until, Action<RecordBatch, int> take)
    {
        var batch = new RecordBatch();
        while (log.Round < until)
        {
            log.Fill(batch, BatchRecords);
            take(batch, log.Round);
        }
    }

    private static void DecodePlain(RecordBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            PlainAssembly.Decode(batch[i].Value);
        }
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

    private static FeatureSetDefinition Set() => new()
    {
        Name = "herd",
        Version = 1,
        Bucket = Bucket,
        Grace = Grace,
        Features = [.. HerdLog.Metrics.SelectMany(metric => Aggregates.Select(aggregate => new FeatureDefinition { Name = $"{metric}_{aggregate}", Metric = metric, Aggregate = aggregate }))],
    };

    /// <summary>The assembler on one partition, measured.</summary>
    private sealed class Ours
    {
        private readonly FeatureAssembler _filter = new([Set()]);
        private readonly OutputBatch _output = new();
        private readonly Stopwatch _cost = new();
        private readonly Stopwatch _decode = new();
        private readonly bool _keepsVectors;

        public Ours(bool keepsVectors = false)
        {
            _keepsVectors = keepsVectors;
            _filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3)]));
            _filter.Open(0);
        }

        public Dictionary<(string Entity, long Start), List<double>> Vectors { get; } = [];

        public void Take(RecordBatch batch, bool counts)
        {
            _output.Clear();
            _cost.Measure(counts, batch.Count, () =>
            {
                _filter.Process(batch, _output);
                _filter.Commit();
            });
            _decode.Measure(counts, batch.Count, () => Decode(batch));
            for (var i = 0; _keepsVectors && i < _output.Count; i++)
            {
                Keep(_output[i]);
            }
        }

        public Result Result(int entities) => new(_cost.Nanoseconds, _decode.Nanoseconds, _cost.Allocated, (double)_filter.StateBytes(0) / entities);

        private void Keep(OutputRecord output)
        {
            if (AvroCodec.TryDecode<FeatureVector>(output.Record.Value[ConfluentFraming.HeaderLength..], AvroLimits.Default, out var vector) != AvroStatus.Ok)
            {
                throw new InvalidOperationException("A vector cannot be read: the run is void.");
            }

            Vectors.Add((vector!.EntityId, vector.BucketStart), [.. vector.Features]);
        }

        private static void Decode(RecordBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                ConfluentFraming.TryRead(batch[i].Value, out _, out var body);
                var reader = new AvroReader(body, AvroLimits.Trusted);
                SensorLog.TryReadBranch(ref reader, out var branch);
                if (branch == SensorLogBranch.IngestedReading && IngestedReadingView.TryRead(ref reader, out _) != AvroStatus.Ok)
                {
                    throw new InvalidOperationException("A reading cannot be read: the run is void.");
                }
            }
        }
    }

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
