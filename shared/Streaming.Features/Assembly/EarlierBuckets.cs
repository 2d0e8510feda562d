namespace Streaming.Features.Assembly;

/// <summary>A bucket before the one at hand: still revisable, or a tile.</summary>
internal unsafe struct EarlierBucket
{
    public long Start;
    public int Readings;
    public int Revision;

    /// <summary>All words of a bucket; of a tile, the first ones.</summary>
    public double* Words;
    public bool IsTile;
}

/// <summary>What an entity has before a bucket, in the order of the starts.</summary>
internal sealed unsafe class EarlierBuckets(VectorPlan plan, EntityBucketTable table)
{
    private EarlierBucket[] _items = [];
    private int _history = BlockStore.None;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ref readonly EarlierBucket this[int position] => ref _items[position];

    /// <summary>The last reading of a carried metric before all of them.</summary>
    public Known Carried(int index) => table.History.Carried(_history, index);

    /// <summary>The last told value of a told feature before those that can be revised.</summary>
    public Known Told(int index) => table.History.Told(_history, index);

    /// <summary>Collects what is before a bucket; settles what order makes of the readings, of the bucket too.</summary>
    public void Collect(int slot, Bucket* bucket)
    {
        Count = 0;
        if (!plan.LooksBack)
        {
            table.Settle(bucket);
            return;
        }

        var row = table[slot];
        _history = row->History;
        var tiles = table.History.Tiles(_history);
        if (_items.Length < tiles + row->Count)
        {
            _items = new EarlierBucket[(tiles + row->Count) * 2];
        }

        for (var i = 0; i < tiles; i++)
        {
            var tile = table.History.Tile(_history, i);
            if (tile->Start < bucket->Start)
            {
                _items[Count++] = new EarlierBucket { Start = tile->Start, Readings = tile->Readings, Revision = tile->Revision, Words = EntityHistory.Words(tile), IsTile = true };
            }
        }

        var first = Count;
        for (var index = row->Newest; index != Bucket.None; index = table.Buckets[index]->Older)
        {
            var other = table.Buckets[index];
            if (other->Start <= bucket->Start)
            {
                table.Settle(other);
            }

            if (other->Start < bucket->Start)
            {
                _items[Count++] = new EarlierBucket { Start = other->Start, Readings = other->Readings, Revision = other->Revision, Words = BucketStore.Words(other) };
            }
        }

        _items.AsSpan(first, Count - first).Reverse();
    }

    /// <summary>The position of the bucket with a start; -1 where there is none.</summary>
    public int Find(long start)
    {
        var position = CountBefore(start);
        return position < Count && _items[position].Start == start ? position : -1;
    }

    /// <summary>How many start before a time.</summary>
    public int CountBefore(long start)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _items[middle].Start < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The position of the last bucket before a position that has a vector; -1 where there is none.</summary>
    public int LastToldBefore(int position)
    {
        for (position--; position >= 0 && _items[position].Revision == 0; position--)
        {
        }

        return position;
    }
}
