using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Contracts;
using Streaming.Pipes;
using Streaming.Telemetry;

namespace Streaming.Kafka.Tests;

/// <summary>Followed records through a worker's transaction, in memory. One class, so that its listeners do not hear each other's spans.</summary>
public sealed class RecordTracingTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Sampled = $"00-{Trace}-b7ad6b7169203331-01";
    private const string Unsampled = $"00-{Trace}-b7ad6b7169203331-00";
    private const string Group = "tracing-tests";

    private readonly List<Activity> _ended = [];
    private readonly RecordBatch _batch = new();
    private readonly OutputBatch _outputs = new();
    private ActivityListener? _listener;

    [Fact]
    public void What_comes_of_a_followed_record_continues_its_trace_and_nothing_else_does()
    {
        Listen();
        Fill(5, (2, Sampled), (3, Unsampled), (4, "nonsense"));
        var tracing = Tracing();

        Pass(tracing, index => index);
        tracing.End(committed: true);

        var span = Assert.Single(_ended);
        Assert.Equal((Trace, "b7ad6b7169203331", ActivityKind.Consumer, "process in"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.Kind, span.DisplayName));
        Assert.Equal(2L, span.GetTagItem(TelemetryNames.Offset));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal([null, null, $"00-{Trace}-{span.SpanId}-01", null, null], Enumerable.Range(0, 5).Select(ParentOf));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void A_header_that_an_output_has_stays_before_the_context()
    {
        Listen();
        Fill(1, (0, Sampled));
        var tracing = Tracing();
        tracing.Begin(_batch);
        _outputs.Source = 0;
        var own = new byte[RecordHeaders.PackedLength(4, 5)];
        RecordHeaders.Append(own, "mine"u8, "value"u8);
        _outputs.Add(0, 0, "k"u8, "v"u8, new RecordHeaders(own));
        tracing.Relate(_batch, _outputs, 0);

        Assert.True(_outputs[0].Record.Headers.TryGet("mine"u8, out var mine));
        Assert.Equal("value", Encoding.ASCII.GetString(mine));
        Assert.NotNull(ParentOf(0));
        tracing.End(committed: true);
    }

    [Fact]
    public void A_transaction_that_is_undone_ends_its_spans_as_errors_and_the_next_begins_new_ones()
    {
        Listen();
        Fill(1, (0, Sampled));
        var tracing = Tracing();

        Pass(tracing, index => index);
        tracing.End(committed: false);
        _outputs.Clear();
        Pass(tracing, index => index);
        tracing.End(committed: true);

        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], _ended.Select(span => span.Status));
        Assert.Equal($"00-{Trace}-{_ended[1].SpanId}-01", ParentOf(0));
    }

    [Fact]
    public void A_refused_record_says_so_in_its_span_and_its_dead_letter_continues_the_trace()
    {
        Listen();
        Fill(1, (0, Sampled));
        var tracing = Tracing();
        tracing.Begin(_batch);
        _outputs.Refuse(_batch, 0, DeadLetterReason.Malformed, "the reason");
        tracing.Relate(_batch, _outputs, 0);
        var attendant = new OutputBatch();
        attendant.Add(0, 0, "k"u8, "dead letter"u8);
        tracing.Refused(_outputs.Refusals[0], attendant, 0);
        tracing.End(committed: true);

        var span = Assert.Single(_ended);
        Assert.Equal((ActivityStatusCode.Error, "the reason", "Malformed"), (span.Status, span.StatusDescription, span.GetTagItem(TelemetryNames.Error)));
        Assert.True(attendant[0].Record.Headers.TryGet(TraceContext.ParentHeader, out _));
    }

    [Fact]
    public void The_first_stage_chooses_by_the_ratio_and_within_its_bounds()
    {
        Listen();
        var sampling = new TraceSampling(0.1, HonourParents: true, OwnPerSecond: 5, ParentsPerSecond: 3);
        Fill(1000, [.. Enumerable.Range(0, 10).Select(i => (i, Sampled)), .. Enumerable.Range(10, 990).Select(i => (i, Unsampled))]);
        var tracing = Tracing(sampling);
        tracing.Begin(_batch);
        tracing.End(committed: true);
        Assert.Equal([0L, 1L, 2L], _ended.Select(span => span.GetTagItem(TelemetryNames.Offset)).Cast<long>());

        _ended.Clear();
        Fill(1000);
        tracing = Tracing(sampling);
        tracing.Begin(_batch);
        tracing.End(committed: true);
        Assert.Equal(5, _ended.Count);
        Assert.Equal(sampling.Next(0, 0), _ended[0].GetTagItem(TelemetryNames.Offset));
        Assert.Distinct(_ended.Select(span => span.TraceId));

        _ended.Clear();
        Fill(1000, (7, Sampled));
        tracing = Tracing(sampling with { HonourParents = false, Ratio = 1, OwnPerSecond = 2000 });
        tracing.Begin(_batch);
        tracing.End(committed: true);
        Assert.Equal(1000, _ended.Count);
        Assert.Equal(7L, Assert.Single(_ended, span => span.TraceId.ToHexString() == Trace).GetTagItem(TelemetryNames.Offset));
    }

    [Fact]
    public void What_comes_of_several_followed_records_continues_one_and_links_to_the_others()
    {
        Listen();
        Fill(3, (0, Sampled), (2, Sampled));
        var join = new JoiningFilter();
        var tracing = Tracing(filter: join);
        Pass(tracing, index => index);
        tracing.End(committed: true);

        var processed = _ended.Where(span => span.Kind == ActivityKind.Consumer).ToArray();
        var created = _ended.Where(span => span.Kind == ActivityKind.Producer).ToArray();
        Assert.Equal((2, 3), (processed.Length, created.Length)); // the filter says that every output comes of all
        Assert.All(created, span =>
        {
            Assert.Equal(processed[1].SpanId, span.ParentSpanId);
            Assert.Equal(processed[0].SpanId, Assert.Single(span.Links).Context.SpanId);
        });
        Assert.Equal(created.Select(span => $"00-{Trace}-{span.SpanId}-01"), Enumerable.Range(0, 3).Select(ParentOf));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_that_are_not_followed_allocate_nothing(bool listening)
    {
        if (listening)
        {
            Listen();
        }

        Fill(10_000, (17, Unsampled));
        var tracing = Tracing(new TraceSampling(1e-9, HonourParents: true, OwnPerSecond: 10, ParentsPerSecond: 10));
        long allocated = 0;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            tracing.Begin(_batch);
            tracing.Relate(_batch, _outputs, 0);
            tracing.End(committed: true);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The one unsampled context is read, which makes two ids of it; without it there would be none at all.
        Assert.InRange(allocated, 0, listening ? 400 : 0);
        Fill(10_000);
        var start = GC.GetAllocatedBytesForCurrentThread();
        tracing.Begin(_batch);
        tracing.Relate(_batch, _outputs, 0);
        tracing.End(committed: true);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
        Assert.Empty(_ended);
    }

    // Beside a filter that only copies each record to its output, far less than any of ours does: one in a thousand followed, against nobody who listens.
    [Fact]
    [Trait("Category", "Bench")]
    public void Following_one_in_a_thousand_hardly_shows()
    {
        Fill(10_000);
        var sampling = new TraceSampling(0.001, HonourParents: true, OwnPerSecond: 10, ParentsPerSecond: 100);
        var (off, on) = (new List<double>(), new List<double>());
        for (var round = 0; round < 400; round++)
        {
            var listening = round % 2 == 1;
            if (listening)
            {
                Listen();
            }

            var tracing = Tracing(sampling);
            _outputs.Clear();
            var began = Stopwatch.GetTimestamp();
            Pass(tracing, index => index);
            tracing.End(committed: true);
            (listening ? on : off).Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            _listener?.Dispose();
        }

        var ratio = on.Order().ElementAt(50) / off.Order().ElementAt(50); // the lower quartile, as the machine may be busy
        TestContext.Current.TestOutputHelper!.WriteLine($"on/off {ratio:F3} ({on.Order().ElementAt(50) / 10:F1} and {off.Order().ElementAt(50) / 10:F1} ns a record)");
        Assert.InRange(ratio, 0, 1.15);
    }

    public void Dispose() => _listener?.Dispose();

    private void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem(TelemetryNames.Client) is "tracing-tests-0")
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static RecordTracing Tracing(TraceSampling? sampling = null, IFilter? filter = null) => new(new WorkerContext(
        new FilterBinding
        {
            Identity = new WorkerIdentity(Group, 0),
            Group = Group,
            Inputs = ["in"],
            Outputs = [new OutputTopic("out", 0)],
            DeadLetters = new OutputTopic("dead", 0),
            Filter = filter ?? new JoiningFilter.None(),
            Sampling = sampling,
        },
        new KafkaOptions { BootstrapServers = "none:1" },
        log: null!,
        new Surroundings(TimeProvider.System, _ => { }, (_, _) => { }),
        new CallMonitor(),
        new WorkerStatistics(),
        NullLogger.Instance));

    private void Fill(int records, params (int Index, string Parent)[] parents)
    {
        _batch.Start(0, 0);
        _outputs.Clear();
        var all = parents.ToDictionary(pair => pair.Index, pair => pair.Parent);
        for (var i = 0; i < records; i++)
        {
            var headers = new byte[100];
            var length = all.TryGetValue(i, out var parent) ? RecordHeaders.Append(headers, TraceContext.ParentHeader, Encoding.ASCII.GetBytes(parent)) : 0;
            _batch.Add(i, 1, "key"u8, true, "value"u8, true, new RecordHeaders(headers.AsSpan(0, length)));
        }
    }

    private void Pass(RecordTracing tracing, Func<int, int> sourceOf)
    {
        tracing.Begin(_batch);
        for (var i = 0; i < _batch.Count; i++)
        {
            _outputs.Source = sourceOf(i);
            _outputs.Add(0, 0, "key"u8, "value"u8);
        }

        tracing.Relate(_batch, _outputs, 0);
    }

    private string? ParentOf(int output) => _outputs[output].Record.Headers.TryGet(TraceContext.ParentHeader, out var parent) ? Encoding.ASCII.GetString(parent) : null;

    private sealed class JoiningFilter : IFilter, ITraceJoin
    {
        private readonly List<ActivityContext> _remembered = [];

        public bool IsEmpty => _remembered.Count == 0;

        public void Process(RecordBatch batch, OutputBatch output)
        {
        }

        public void Remember(RecordBatch batch, int index, in ActivityContext context) => _remembered.Insert(0, context);

        public int Find(RecordBatch input, in OutputRecord output, Span<ActivityContext> into)
        {
            _remembered.CopyTo(into);
            return _remembered.Count;
        }

        public sealed class None : IFilter
        {
            public void Process(RecordBatch batch, OutputBatch output)
            {
            }
        }
    }
}
