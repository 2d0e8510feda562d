using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Replay;

/// <summary>
/// All partitions of <c>sensor.readings</c> once more, side by side, for feature sets with aggregates over groups that did not run at the time, so that the log lacks what members say
/// of themselves. Each member's word goes round here instead of through <c>group.features</c>.
/// </summary>
/// <remarks>
/// <para>The order is that of the log alone. A record's moment is the greatest append time in its partition up to it; records are taken by moment, then partition, then offset. What a
/// member says has the moment of the record that made it say so, as its ingest time too; it comes to every partition after all records of that moment, in the order in which it was said. So whatever
/// the sizes of batches, the same records give the same bytes.</para>
/// <para>Memory: what an assembly of all these partitions has, and for each partition the records that were read and not yet taken.</para>
/// </remarks>
public sealed class GroupReplay
{
    private readonly ReplayFilter _filter;
    private readonly byte[][] _computed;
    private readonly Feed[] _feeds;
    private readonly RecordBatch _batch = new();
    private readonly List<ReplayedVector> _ofMoment = [];
    private readonly AvroBuffer _buffer = new();
    private List<(byte[] Group, byte[] Value)> _said = [];
    private List<(byte[] Group, byte[] Value)> _telling = [];

    /// <summary>A replay that stands before its first record.</summary>
    /// <param name="sets">The feature sets.</param>
    /// <param name="computed">Those of which the members' words are computed; what the log has of them is passed over. Of the others it is taken from the log.</param>
    /// <param name="choice">The vectors to give.</param>
    /// <param name="partitions">How many partitions the topics of an entity have; all of them take part.</param>
    /// <param name="schemaId">The id that vectors are framed with.</param>
    public GroupReplay(IReadOnlyList<FeatureSetDefinition> sets, IEnumerable<FeatureSetDefinition> computed, VectorChoice choice, int partitions, int schemaId)
    {
        _filter = new ReplayFilter(sets, choice, partitions, schemaId);
        _computed = [.. computed.Select(set => Encoding.UTF8.GetBytes(set.Hash))];
        _feeds = [.. Enumerable.Range(0, partitions).Select(partition => new Feed(partition))];
        foreach (var feed in _feeds)
        {
            _filter.Open(feed.Partition);
        }
    }

    /// <summary>The partition whose next records are needed; null when there are no more.</summary>
    public int? Wanted => Array.Find(_feeds, feed => feed.IsWanted)?.Partition;

    /// <summary>The moment under way: vectors of every earlier cause have been given, of this one and later ones none. The greatest number at the end.</summary>
    public long Next { get; private set; } = long.MinValue;

    /// <summary>What became of a partition's readings, for each feature set.</summary>
    public IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Counters(int partition) => _filter.Counters(partition);

    /// <summary>See <see cref="PartitionReplay.Begin"/>.</summary>
    public void Begin(int partition, long offset, IEnumerable<EntityAttributes> attributes, int sourcePartitions) => _filter.Begin(partition, offset, attributes, sourcePartitions);

    /// <summary>Where the next records of the <see cref="Wanted"/> partition are to be put, each with its append time; empty.</summary>
    public RecordBatch Room(int partition)
    {
        _feeds[partition].Records.Start(0, partition);
        return _feeds[partition].Records;
    }

    /// <summary>Takes in what was put into <see cref="Room"/>, and everything else whose turn it is then.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="isAtEnd">Whether it has no more.</param>
    /// <returns>The chosen vectors of every moment that is over, in order.</returns>
    public IReadOnlyList<ReplayedVector> Take(int partition, bool isAtEnd)
    {
        _feeds[partition].Filled(isAtEnd);
        var chosen = new List<ReplayedVector>();
        while (Array.TrueForAll(_feeds, feed => !feed.IsWanted))
        {
            var first = First();
            if (first is not null && first.Moment == Next)
            {
                TakeMoment(first);
            }
            else if (_said.Count > 0)
            {
                Tell();
            }
            else
            {
                chosen.AddRange(_ofMoment);
                _ofMoment.Clear();
                Next = first?.Moment ?? long.MaxValue;
                if (first is null)
                {
                    break;
                }
            }
        }

        return chosen;
    }

    /// <summary>Takes the records of the moment under way that a partition has.</summary>
    private void TakeMoment(Feed feed)
    {
        _batch.Start(0, feed.Partition);
        for (; feed.HasRecords && feed.Moment == Next; feed.Advance())
        {
            var record = feed.Record;
            if (!IsComputed(record.Value))
            {
                _batch.Add(record.Offset, record.AppendTime, record.Key, record.HasKey, record.Value, record.HasValue);
            }
        }

        TakeBatch();
    }

    /// <summary>Tells every partition what was said. What is said upon that has its turn after it.</summary>
    private void Tell()
    {
        (_said, _telling) = (_telling, _said);
        foreach (var feed in _feeds)
        {
            _batch.Start(0, feed.Partition);
            foreach (var (position, (group, value)) in _telling.Index())
            {
                _batch.Add(position, Next, group, hasKey: true, value, hasValue: true);
            }

            TakeBatch();
        }

        _telling.Clear();
    }

    private void TakeBatch()
    {
        _filter.Take(_batch, Next, _ofMoment);
        for (var i = 0; i < _filter.Output.Count; i++)
        {
            if (_filter.Output[i].Topic == AssemblyOutput.Members)
            {
                Hear(_filter.Output[i].Record.Value);
            }
        }
    }

    /// <summary>Takes note of what a member says, as SensorIngest would pass it on.</summary>
    private void Hear(ReadOnlySpan<byte> value)
    {
        var reader = new AvroReader(value[ConfluentFraming.HeaderLength..], AvroLimits.Trusted);
        GroupFeaturesView.TryRead(ref reader, out var member);
        if (!IsComputed(member))
        {
            return;
        }

        _buffer.Reset();
        var writer = new AvroWriter(_buffer);
        ConfluentFraming.Write(ref writer, 0);
        SensorLog.WriteBranch(ref writer, SensorLogBranch.GroupFeatures);
        GroupFeatures.EncodeFields(
            ref writer, member.GroupId, member.MemberId, member.FeatureSet, member.FeatureSetVersion, member.FeatureSetHash, member.BucketStart, member.BucketEnd, member.Revision, member.Features.Encoded,
            ingestTime: Next, sourcePartition: -1, sourceOffset: -1);
        _said.Add((member.GroupId.ToArray(), _buffer.WrittenSpan.ToArray()));
    }

    /// <summary>Whether a record of the log is a word that is computed here.</summary>
    private bool IsComputed(ReadOnlySpan<byte> value)
    {
        if (!ConfluentFraming.TryRead(value, out _, out var body))
        {
            return false;
        }

        var reader = new AvroReader(body, AvroLimits.Trusted);
        SensorLog.TryReadBranch(ref reader, out var branch);
        if (branch != SensorLogBranch.GroupFeatures)
        {
            return false;
        }

        GroupFeaturesView.TryRead(ref reader, out var member);
        return reader.End() == AvroStatus.Ok && IsComputed(member);
    }

    private bool IsComputed(scoped in GroupFeaturesView member)
    {
        foreach (var hash in _computed)
        {
            if (member.FeatureSetHash.SequenceEqual(hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The partition whose records come first; null where there are none left.</summary>
    private Feed? First()
    {
        Feed? first = null;
        foreach (var feed in _feeds)
        {
            first = feed.HasRecords && (first is null || feed.Moment < first.Moment) ? feed : first;
        }

        return first;
    }

    /// <summary>The records of a partition that have been read and not yet taken.</summary>
    private sealed class Feed(int partition)
    {
        private int _next;
        private bool _isAtEnd;

        public int Partition => partition;

        public RecordBatch Records { get; } = new();

        public bool HasRecords => _next < Records.Count;

        public bool IsWanted => !HasRecords && !_isAtEnd;

        public Record Record => Records[_next];

        /// <summary>The moment of the next record.</summary>
        public long Moment { get; private set; } = long.MinValue;

        public void Filled(bool isAtEnd)
        {
            (_next, _isAtEnd) = (0, isAtEnd);
            Look();
        }

        public void Advance()
        {
            _next++;
            Look();
        }

        private void Look() => Moment = HasRecords ? Math.Max(Moment, Record.AppendTime) : Moment;
    }
}
