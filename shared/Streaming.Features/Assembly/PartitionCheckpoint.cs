using Streaming.Avro;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>Turns a partition's state into pieces of a checkpoint, and back.</summary>
internal sealed unsafe class PartitionCheckpoint(PartitionScope scope, SourceTimes sources, MetricShapes shapes)
{
    private const byte PartitionKey = 0;
    private const byte EntityKey = 1;

    private readonly List<SetProgress> _stoppedSets = [];
    private readonly List<byte[]> _stoppedPieces = [];
    private readonly AvroBuffer _piece = new();
    private readonly EntityWriter _writer = new(shapes);
    private readonly IdentityBuffer _identity = new();
    private byte[] _key = new byte[64];

    /// <summary>Whether a piece was loaded that says which feature sets ran.</summary>
    public bool SaysWhatRan { get; private set; }

    /// <summary>Takes over a piece of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or is of another content of a feature set.</exception>
    public void Load(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob, ref PartitionCounters counters)
    {
        if (key is [PartitionKey])
        {
            LoadPartition(blob, out counters);
        }
        else if (key is [EntityKey, ..])
        {
            var slot = scope.Add(key[1..]);
            EntityReader.Read(blob, slot, scope, shapes, _identity);
            scope.Entities[slot]->StandsAt = offset;
            scope.Entities[slot]->Dirty = false;
            scope.Reschedule(slot);
            scope.Forgotten(slot);
        }
        else if (key is [Joins.GroupKey, ..])
        {
            scope.Joins.Load(key[1..], offset, blob);
        }
        else if (key is [GroupBuckets.Key, ..])
        {
            LoadMembers(key, blob);
        }
        else
        {
            throw new InvalidDataException("A piece of the state has a key that this version does not know. Run the version that wrote it, or begin the state anew.");
        }

        scope.Changes.Forget();
        scope.Commit();
    }

    /// <summary>Writes what changed since the last checkpoint.</summary>
    public void Write(ICheckpointWriter into, in PartitionCounters counters)
    {
        into.Put([PartitionKey], PieceOf(counters));
        scope.Joins.Write(into);
        foreach (var set in scope.Sets)
        {
            set.Members.Write(into);
        }

        foreach (var key in _stoppedPieces)
        {
            into.Remove(key);
        }

        foreach (var name in scope.Changes.RemovedNames)
        {
            if (scope.Entities.Find(name) == EntityTable.None)
            {
                into.Remove(KeyOf(name));
            }
        }

        foreach (var slot in scope.Changes.Slots)
        {
            var row = scope.Entities[slot];
            if (row->Used && row->Dirty)
            {
                _writer.Write(slot, scope);
                into.Put(KeyOf(scope.Entities.Name(slot)), _writer.Written);
            }

            // That of a removed entity too: an undo brings it back, to be marked anew.
            row->Dirty = false;
        }

        scope.Changes.Written();
    }

    /// <summary>What was written is in a transaction that holds.</summary>
    public void Held() => _stoppedPieces.Clear();

    /// <summary>The partition's own piece. What stopped stays in it: as long as nothing is read again, its counters are what they were.</summary>
    public ReadOnlySpan<byte> PieceOf(in PartitionCounters counters)
    {
        var progress = scope.Sets.Where(set => set.Started)
            .Select(set => new SetProgress(set.Plan.Definition.Name, set.Plan.Definition.Version, set.Plan.Hash, set.Counters))
            .Concat(_stoppedSets)
            .OrderBy(set => (set.Name, set.Version), Comparer<(string, int)>.Create(FeatureSetDirectory.Compare))
            .ToList();
        _piece.Reset();
        PartitionPiece.Write(_piece, sources, counters, progress);
        return _piece.WrittenSpan;
    }

    private void LoadMembers(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
    {
        var reference = GroupBuckets.ReferenceOf(key);
        if (Array.Find(scope.Sets, set => set.Plan.Reference == reference) is { } known)
        {
            known.Members.Load(key, blob);
        }
        else
        {
            _stoppedPieces.Add(key.ToArray());
        }
    }

    private void LoadPartition(ReadOnlySpan<byte> blob, out PartitionCounters counters)
    {
        SaysWhatRan = true;
        foreach (var progress in PartitionPiece.Read(blob, sources, out counters))
        {
            var set = Array.Find(scope.Sets, candidate => candidate.Plan.Definition.Name == progress.Name && candidate.Plan.Definition.Version == progress.Version);
            if (set is null)
            {
                _stoppedSets.Add(progress);
                continue;
            }

            if (set.Plan.Hash != progress.Hash)
            {
                throw new InvalidDataException(
                    $"Feature set {set.Plan.Definition.Id} has content {set.Plan.Hash}, but its state was made with content {progress.Hash}. Give the changed definition another version, or put the former one back.");
            }

            set.Started = true;
            set.Restore(progress.Counters);
        }
    }

    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> name)
    {
        if (_key.Length <= name.Length)
        {
            _key = new byte[(name.Length + 1) * 2];
        }

        _key[0] = EntityKey;
        name.CopyTo(_key.AsSpan(1));
        return _key.AsSpan(0, name.Length + 1);
    }
}
