using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>
/// Looks at the records that come next and asks for the memory of their entities, one step of the way at a time, so that it is there when their
/// turn comes. It goes by their keys, which are the entities' ids. Nothing is changed, and nothing depends on it.
/// </summary>
internal sealed unsafe class Lookahead(PartitionScope scope)
{
    private const int Ring = 32;
    private const int NameAhead = 20;
    private const int RowAhead = 15;
    private const int BucketAhead = 10;
    private const int IdentityAhead = 5;

    private readonly uint[] _hashes = new uint[Ring];
    private readonly int[] _slots = new int[Ring];

    /// <summary>Begins a batch.</summary>
    public void Begin(RecordBatch batch)
    {
        for (var i = -NameAhead; i < 0; i++)
        {
            Advance(batch, i);
        }
    }

    /// <summary>The hash of a key that was looked at.</summary>
    public uint HashOf(int index) => _hashes[index % Ring];

    /// <summary>Prepares for the records after one.</summary>
    public void Advance(RecordBatch batch, int index)
    {
        if (Has(batch, index + NameAhead))
        {
            var hash = EntityTable.HashOf(batch[index + NameAhead].Key);
            _hashes[(index + NameAhead) % Ring] = hash;
            scope.Entities.Prefetch(hash);
        }

        if (Has(batch, index + RowAhead))
        {
            var slot = scope.Entities.Guess(_hashes[(index + RowAhead) % Ring]);
            _slots[(index + RowAhead) % Ring] = slot;
            if (slot != EntityTable.None)
            {
                Memory.Prefetch((byte*)scope.Entities[slot], scope.Entities.CellBytes);
            }
        }

        if (Has(batch, index + BucketAhead) && _slots[(index + BucketAhead) % Ring] is var known and not EntityTable.None)
        {
            foreach (var set in scope.Sets)
            {
                set.Table.PrefetchBucket(known);
            }
        }

        if (Has(batch, index + IdentityAhead) && _slots[(index + IdentityAhead) % Ring] is var near and not EntityTable.None)
        {
            foreach (var set in scope.Sets)
            {
                set.Table.PrefetchIdentity(near);
            }
        }
    }

    private static bool Has(RecordBatch batch, int index) => (uint)index < (uint)batch.Count;
}
