using System.Buffers.Binary;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>
/// What the members of groups said of themselves in the buckets of a feature set (rule 6): of all partitions, since every partition has a copy. A bucket is
/// forgotten when nothing has been said of it for as long a log time as the set says, or when there are too many.
/// </summary>
internal sealed class GroupBuckets(FeatureSetPlan plan)
{
    /// <summary>The first byte of the key of a piece of a checkpoint. The set's reference, the bucket's start (eight bytes each, big-endian) and the group follow.</summary>
    public const byte Key = 3;

    private const int NameAt = 1 + (2 * sizeof(long));

    private readonly SortedDictionary<long, GroupBucket> _buckets = [];
    private readonly List<Action> _undo = [];
    private readonly HashSet<(long Start, string Group)> _changed = [];
    private readonly HashSet<(long Start, string Group)> _written = [];
    private readonly AvroBuffer _piece = new();

    // Nothing is to be forgotten before this log time.
    private long _nextForget = long.MinValue;

    /// <summary>An aggregate over a group in a bucket; NaN where it is missing.</summary>
    public double Find(long start, string group, int feature) =>
        group.Length == 0 ? double.NaN
        : _buckets.TryGetValue(start, out var bucket) ? bucket.Aggregate(group, feature)
        : GroupBucket.OfNone(plan.Vector.Features[feature]);

    /// <summary>Takes in what a member says.</summary>
    /// <param name="view">What it says.</param>
    /// <param name="logTime">Log time.</param>
    /// <param name="arrival">When it counts as having arrived.</param>
    /// <param name="group">Its group.</param>
    /// <param name="left">The group that it was in before; null where it was in none or is in it still.</param>
    /// <returns>False where something later is known already, or there are too many buckets.</returns>
    public bool Take(scoped in GroupFeaturesView view, long logTime, long arrival, out string group, out string? left)
    {
        (group, left) = ("", null);
        Forget(logTime);
        if (Find(view.BucketStart) is not { } bucket)
        {
            return false;
        }

        var id = Encoding.UTF8.GetString(view.MemberId);
        var before = bucket.Find(id);
        if (before is not null && before.Revision >= view.Revision)
        {
            return false;
        }

        group = Encoding.UTF8.GetString(view.GroupId);
        left = before is null || before.Group.Length == 0 || before.Group == group ? null : before.Group;
        var said = new MemberFeatures(before?.Id ?? id, before?.Group == group ? before.Group : group, view.Revision, ValuesOf(view));
        var arrivedBefore = bucket.LastArrival;
        bucket.Put(id, said);
        bucket.LastArrival = Math.Max(arrivedBefore, arrival);
        _nextForget = Math.Min(_nextForget, bucket.LastArrival + plan.Vector.KeepsMembers);
        _undo.Add(() =>
        {
            bucket.Put(id, before);
            bucket.LastArrival = arrivedBefore;
        });
        _changed.Add((view.BucketStart, group));
        if (before is not null)
        {
            _changed.Add((view.BucketStart, before.Group));
        }

        return true;
    }

    /// <summary>Writes what changed since the last checkpoint.</summary>
    public void Write(ICheckpointWriter into)
    {
        foreach (var (start, group) in _changed.OrderBy(one => one.Start).ThenBy(one => one.Group, StringComparer.Ordinal))
        {
            var key = KeyOf(start, group);
            if (_buckets.TryGetValue(start, out var bucket) && bucket.Groups.Contains(group))
            {
                _piece.Reset();
                var writer = new AvroWriter(_piece);
                bucket.Write(group, ref writer);
                into.Put(key, _piece.WrittenSpan);
            }
            else
            {
                into.Remove(key);
            }
        }

        _written.UnionWith(_changed);
        _changed.Clear();
    }

    /// <summary>The reference of the feature set whose piece has a key.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public static long ReferenceOf(ReadOnlySpan<byte> key) => key.Length >= NameAt
        ? BinaryPrimitives.ReadInt64BigEndian(key[1..])
        : throw new InvalidDataException("A piece of the state about the members of a group has a broken key. Begin the state anew from the log.");

    /// <summary>Reads a piece of a checkpoint.</summary>
    public void Load(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
    {
        var start = BinaryPrimitives.ReadInt64BigEndian(key[(1 + sizeof(long))..]);
        if (!_buckets.TryGetValue(start, out var bucket))
        {
            _buckets.Add(start, bucket = new GroupBucket(plan.Vector));
        }

        var reader = new AvroReader(blob, AvroLimits.Trusted);
        bucket.Read(Encoding.UTF8.GetString(key[NameAt..]), ref reader);
        if (reader.End() != AvroStatus.Ok)
        {
            throw new InvalidDataException($"A piece of the state about the members of a group is broken: {reader.Status}. Begin the state anew from the log.");
        }
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        _undo.Clear();
        _written.Clear();
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }

        _undo.Clear();
        _nextForget = long.MinValue;
        _changed.UnionWith(_written);
        _written.Clear();
    }

    /// <summary>The bucket with a start, made where there is none; null where it would be the first of too many to go.</summary>
    private GroupBucket? Find(long start)
    {
        if (_buckets.TryGetValue(start, out var bucket))
        {
            return bucket;
        }

        if (_buckets.Count >= plan.Definition.MaxOpenBuckets)
        {
            if (FirstStart > start)
            {
                return null;
            }

            Drop(FirstStart);
        }

        bucket = new GroupBucket(plan.Vector);
        _buckets.Add(start, bucket);
        _undo.Add(() => _buckets.Remove(start));
        return bucket;
    }

    private long FirstStart => _buckets.Keys.First();

    private void Forget(long logTime)
    {
        if (logTime < _nextForget)
        {
            return;
        }

        _nextForget = long.MaxValue;
        foreach (var (start, bucket) in _buckets.ToList())
        {
            if (bucket.LastArrival + plan.Vector.KeepsMembers <= logTime)
            {
                Drop(start);
            }
            else
            {
                _nextForget = Math.Min(_nextForget, bucket.LastArrival + plan.Vector.KeepsMembers);
            }
        }
    }

    private void Drop(long start)
    {
        _buckets.Remove(start, out var bucket);
        _undo.Add(() => _buckets.Add(start, bucket!));
        foreach (var group in bucket!.Groups)
        {
            _changed.Add((start, group));
        }
    }

    private double[] ValuesOf(scoped in GroupFeaturesView view)
    {
        var values = new double[plan.Vector.Shared.Length];
        Array.Fill(values, double.NaN);
        foreach (var (name, value) in view.Features)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (name.SequenceEqual(plan.Vector.SharedNames[i]) && double.IsFinite(value))
                {
                    values[i] = value;
                }
            }
        }

        return values;
    }

    private byte[] KeyOf(long start, string group)
    {
        var key = new byte[NameAt + Encoding.UTF8.GetByteCount(group)];
        key[0] = Key;
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(1), plan.Reference);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(1 + sizeof(long)), start);
        Encoding.UTF8.GetBytes(group, key.AsSpan(NameAt));
        return key;
    }
}
