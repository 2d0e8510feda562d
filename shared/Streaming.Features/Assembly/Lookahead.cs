using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>
/// Looks at the records that come next and asks for the memory of their entities, one step of the way at a time, so that it is there when their
/// turn comes. It goes by their keys, which are the entities' ids. Nothing is changed, and nothing depends on it.
/// </summary>
internal sealed unsafe class Lookahead(PartitionScope scope)
{
    private const int Ring = 32;
    private const int NameAhead = 12;
    private const int EntityAhead = 8;
    private const int BucketAhead = 5;
    private const int IdentityAhead = 2;

    private readonly uint[] _hashes = new uint[Ring];
    private readonly EntityRow*[] _rows = new EntityRow*[Ring];

    /// <summary>Begins a batch.</summary>
    public void Begin(RecordBatch batch)
    {
        for (var i = -NameAhead; i < 0; i++)
        {
            Advance(batch, i);
        }
    }

    /// <summary>The hash of the key of the record that was advanced to.</summary>
    public uint HashOf(int index) => _hashes[Place(index)];

    /// <summary>Prepares for the records after one. Near the ends of a batch, what is asked for is of other records, which costs little.</summary>
    public void Advance(RecordBatch batch, int index)
    {
        if (index + NameAhead < batch.Count)
        {
            var next = EntityTable.HashOf(batch[index + NameAhead].Key);
            _hashes[Place(index + NameAhead)] = next;
            scope.Entities.Prefetch(next);
        }

        var slot = scope.Entities.Guess(_hashes[Place(index + EntityAhead)]);
        var row = slot == EntityTable.None ? null : scope.Entities[slot];
        _rows[Place(index + EntityAhead)] = row;
        if (row != null)
        {
            Memory.Prefetch((byte*)row, scope.Entities.CellBytes);
        }

        var known = _rows[Place(index + BucketAhead)];
        var near = _rows[Place(index + IdentityAhead)];
        foreach (var set in scope.Sets)
        {
            if (known != null)
            {
                set.Table.PrefetchBucket(known);
            }

            if (near != null)
            {
                set.Table.PrefetchIdentity(near);
            }
        }
    }

    private static int Place(int index) => index & (Ring - 1);
}
