using System.Buffers;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Support;

/// <summary>Hosts the assembler in memory as the loop does on Kafka: batches, transactions that hold or fail, checkpoints, crashes, replays.</summary>
internal sealed class AssemblyHost
{
    private const int Partition = 3;

    // They hold large pieces of memory, and thousands of hosts come and go.
    [ThreadStatic]
    private static RecordBatch? _sharedBatch;

    [ThreadStatic]
    private static OutputBatch? _sharedOutput;

    private readonly List<(byte[]? Key, byte[] Value)> _log;
    private readonly RecordBatch _batch = _sharedBatch ??= new();
    private readonly OutputBatch _output = _sharedOutput ??= new();
    private readonly Dictionary<string, (long Offset, byte[] Blob)> _pieces = [];
    private readonly List<Given> _given = [];
    private IReadOnlyList<FeatureSetDefinition> _sets;
    private FeatureAssembler _filter;
    private long _replayFrom;
    private byte[] _committedCounters = [];
    private bool _hasRun;

    public AssemblyHost(IReadOnlyList<FeatureSetDefinition> sets, IEnumerable<Entry> log)
    {
        _sets = sets;
        _log = [.. log.Select(LogBytes.Of)];
        _filter = Begin();
    }

    /// <summary>The offset that is committed.</summary>
    public int Position { get; private set; }

    public bool AtEnd => Position == _log.Count;

    /// <summary>What came out of transactions that held.</summary>
    public IReadOnlyList<Given> Output => _given;

    public FeatureAssembler Filter => _filter;

    /// <summary>One record more in the log.</summary>
    public void Append(Entry entry) => _log.Add(LogBytes.Of(entry));

    public AssemblyCounters Counters(int set = 0) => _filter.Counters(Partition)[set].Counters;

    public PartitionCounters OtherCounters => _filter.OtherCounters(Partition);

    public int PieceCount => _pieces.Count;

    /// <summary>Everything at once, in one transaction that holds.</summary>
    public static IReadOnlyList<Given> Run(IReadOnlyList<FeatureSetDefinition> sets, IEnumerable<Entry> log) => new AssemblyHost(sets, log).RunToEnd();

    public IReadOnlyList<Given> RunToEnd(int batch = int.MaxValue)
    {
        while (!AtEnd)
        {
            Step(Math.Min(batch, _log.Count - Position));
        }

        return _given;
    }

    /// <summary>One transaction that holds.</summary>
    /// <param name="count">Records in it.</param>
    /// <param name="checkpoint">Whether it holds a checkpoint.</param>
    /// <param name="batches">Batches in it.</param>
    public void Step(int count, bool checkpoint = false, int batches = 1)
    {
        Process(count, batches);
        for (var i = 0; i < _output.Count; i++)
        {
            _given.Add(Given.Of(_output[i]));
        }

        Position += count;
        if (checkpoint || _filter.CheckpointDue(Partition))
        {
            _filter.Checkpoint(Partition, Position, new Pieces(this, Position));
            _replayFrom = Position;
        }

        _committedCounters = CountersOf(_filter);
        _filter.Commit();
        _hasRun = true;
    }

    /// <summary>One transaction that fails.</summary>
    public void Fail(int count, bool checkpoint = false)
    {
        var before = CountersOf(_filter);
        Process(count, 1);
        if (checkpoint)
        {
            _filter.Checkpoint(Partition, Position + count, new Nowhere());
        }

        _filter.Rollback();
        if (_hasRun)
        {
            // Before the first live record the sets do not count yet.
            Assert.Equal(before, CountersOf(_filter));
        }

        _hasRun = true;
    }

    /// <summary>The worker dies; another one takes over from the last checkpoint and the log.</summary>
    public void Restart(int replayBatch = int.MaxValue, IReadOnlyList<FeatureSetDefinition>? sets = null, Random? order = null)
    {
        _sets = sets ?? _sets;
        _filter = Begin();
        _hasRun = false;
        var pieces = _pieces.ToList();
        if (order is not null)
        {
            pieces = [.. pieces.OrderBy(_ => order.Next())];
        }

        foreach (var (key, piece) in pieces)
        {
            _filter.Load(Partition, Convert.FromHexString(key), piece.Offset, piece.Blob);
        }

        for (var from = _replayFrom; from < Position; from += _batch.Count)
        {
            Fill((int)from, (int)Math.Min(replayBatch, Position - from));
            _filter.Replay(_batch);
        }

        if (sets is null && Position > 0)
        {
            Assert.Equal(_committedCounters, CountersOf(_filter));
        }
    }

    private static byte[] CountersOf(FeatureAssembler filter)
    {
        var writer = new ArrayBufferWriter<byte>();
        filter.WriteCounters(Partition, writer);
        return writer.WrittenSpan.ToArray();
    }

    private FeatureAssembler Begin()
    {
        var filter = new FeatureAssembler(_sets);
        filter.Start(new FilterTopics(
            [new TopicShape("sensor.readings", 8, 0)],
            [new TopicShape("feature.vectors", 8, 11), new TopicShape("sensor.late", 8, 12), new TopicShape("feature.sets", 1, 13), new TopicShape("group.features", 8, 14)]));
        filter.Open(Partition);
        return filter;
    }

    private void Process(int count, int batches)
    {
        _output.Clear();
        var done = 0;
        for (var i = batches; i > 0; i--)
        {
            Fill(Position + done, i == 1 ? count - done : (count - done) / i);
            _filter.Process(_batch, _output);
            done += _batch.Count;
        }

        Assert.Empty(_output.Refusals);
    }

    private void Fill(int from, int count)
    {
        _batch.Start(0, Partition);
        for (var i = from; i < from + count; i++)
        {
            _batch.Add(i, -1, _log[i].Key, _log[i].Key is not null, _log[i].Value, hasValue: true);
        }
    }

    private sealed class Pieces(AssemblyHost host, long offset) : ICheckpointWriter
    {
        public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob) => host._pieces[Convert.ToHexString(key)] = (offset, blob.ToArray());

        public void Remove(ReadOnlySpan<byte> key) => host._pieces.Remove(Convert.ToHexString(key));
    }

    private sealed class Nowhere : ICheckpointWriter
    {
        public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
        {
        }

        public void Remove(ReadOnlySpan<byte> key)
        {
        }
    }
}
