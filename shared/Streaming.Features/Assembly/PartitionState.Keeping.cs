using System.Buffers;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>How the state is kept, taken over and undone.</summary>
internal sealed partial class PartitionState
{
    /// <summary>Takes over a piece of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or is of another content of a feature set.</exception>
    public void Load(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob)
    {
        if (key is [PartitionKey])
        {
            LoadPartition(blob);
        }
        else if (key is [EntityKey, ..])
        {
            var slot = _scope.Add(key[1..]);
            EntityReader.Read(blob, slot, _sets, _decoder.Shapes, _identity);
            ref var row = ref _scope.Entities[slot];
            row.StandsAt = offset;
            row.Dirty = false;
            _scope.Reschedule(slot);
            _scope.Forgotten(slot);
        }
        else
        {
            throw new InvalidDataException("A piece of the state has a key that this version does not know. Run the version that wrote it, or begin the state anew.");
        }

        _scope.Changes.Forget();
        _scope.Commit();
    }

    /// <summary>Writes what a replay must arrive at.</summary>
    public void WriteCounters(IBufferWriter<byte> into)
    {
        WritePiece();
        into.Write(_piece.WrittenSpan);
    }

    /// <summary>Writes what changed since the last checkpoint.</summary>
    public void Checkpoint(ICheckpointWriter into)
    {
        WritePiece();
        into.Put([PartitionKey], _piece.WrittenSpan);
        foreach (var name in _scope.Changes.RemovedNames)
        {
            if (_scope.Entities.Find(name) == EntityTable.None)
            {
                into.Remove(KeyOf(name));
            }
        }

        foreach (var slot in _scope.Changes.Slots)
        {
            ref var row = ref _scope.Entities[slot];
            if (row.Used && row.Dirty)
            {
                _writer.Write(slot, _sets);
                into.Put(KeyOf(_scope.Entities.Name(slot)), _writer.Written);
            }

            // That of a removed entity too: an undo brings it back, to be marked anew.
            row.Dirty = false;
        }

        _scope.Changes.Written();
        _checkpointWritten = true;
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        _scope.Commit();
        _sources.Commit();
        _oldCounters = _counters;
        _checkpointDue &= !_checkpointWritten;
        _checkpointWritten = false;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        _scope.Rollback();
        _sources.Rollback();
        _counters = _oldCounters;
        _checkpointWritten = false;
    }

    private void LoadPartition(ReadOnlySpan<byte> blob)
    {
        _hasPiece = true;
        foreach (var progress in PartitionPiece.Read(blob, _sources, out _counters))
        {
            var set = Array.Find(_sets, candidate => candidate.Plan.Definition.Name == progress.Name && candidate.Plan.Definition.Version == progress.Version);
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

        _oldCounters = _counters;
    }

    /// <summary>What stopped stays in the piece: as long as nothing is read again, its counters are what they were.</summary>
    private void WritePiece()
    {
        var progress = _sets.Where(set => set.Started)
            .Select(set => new SetProgress(set.Plan.Definition.Name, set.Plan.Definition.Version, set.Plan.Hash, set.Counters))
            .Concat(_stoppedSets)
            .OrderBy(set => (set.Name, set.Version), Comparer<(string, int)>.Create(FeatureSetDirectory.Compare))
            .ToList();
        _piece.Reset();
        PartitionPiece.Write(_piece, _sources, _counters, progress);
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
