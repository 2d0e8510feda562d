using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>A bucket that can no longer be revised, as far as later ones look back at it. Its words follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Tile
{
    public long Start;
    public int Readings;

    /// <summary>How many vectors it had.</summary>
    public int Revision;
}

/// <summary>The last known value of something, with its time.</summary>
internal struct Known
{
    /// <summary><see cref="long.MinValue"/> where there is none.</summary>
    public long Time;
    public double Value;
}

/// <summary>
/// What an entity's vectors look back at beyond its buckets, as one block: the number of tiles; the last reading of each carried metric that no tile has;
/// the last told value of each told feature, with its bucket's end; the tiles in the order of their starts. A block is never changed, so that the one
/// before serves an undo.
/// </summary>
internal sealed unsafe class EntityHistory(VectorPlan plan, BlockStore blocks)
{
    private readonly int _tilesAt = sizeof(long) + ((plan.Carried.Length + plan.Told.Length) * sizeof(Known));
    private readonly int _tileBytes = sizeof(Tile) + (plan.TileWords * sizeof(double));
    private readonly long _window = plan.Definition.Features.Max(feature => feature.Over ?? 0);
    private readonly long _lagAge = plan.Definition.Features.Where(feature => plan.Definition.Lags?.Of.Contains(feature.Name) == true).Select(feature => feature.Missing.MaxAge).DefaultIfEmpty(0).Max();

    /// <summary>How many tiles a block has.</summary>
    public int Tiles(int block) => block == BlockStore.None ? 0 : (int)*(long*)blocks.At(block);

    /// <summary>A tile.</summary>
    public Tile* Tile(int block, int index) => (Tile*)(blocks.At(block) + _tilesAt + ((nint)index * _tileBytes));

    /// <summary>The words of a tile.</summary>
    public static double* Words(Tile* tile) => (double*)(tile + 1);

    /// <summary>The last reading of a carried metric beyond buckets and tiles.</summary>
    public Known Carried(int block, int index) => block == BlockStore.None ? new Known { Time = long.MinValue } : KnownOf(block)[index];

    /// <summary>The last told value of a told feature beyond the buckets; its time is its bucket's end.</summary>
    public Known Told(int block, int index) => block == BlockStore.None ? new Known { Time = long.MinValue } : KnownOf(block)[plan.Carried.Length + index];

    /// <summary>The bytes of a block that are in use.</summary>
    public ReadOnlySpan<byte> Bytes(int block) => block == BlockStore.None ? default : blocks[block][..Length(Tiles(block))];

    /// <summary>Makes a block of its bytes.</summary>
    /// <exception cref="InvalidDataException">They are none of this feature set.</exception>
    public int Load(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return BlockStore.None;
        }

        if (bytes.Length < _tilesAt || Length((int)MemoryMarshal.Read<long>(bytes)) != bytes.Length)
        {
            throw new InvalidDataException("A piece of the state has a history of another length. Begin the state anew from the log.");
        }

        var block = blocks.Take(bytes.Length);
        bytes.CopyTo(blocks[block]);
        return block;
    }

    /// <summary>Takes in a bucket that is about to go.</summary>
    /// <param name="block">The history so far.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="nextEnd">No vector is computed any more for a bucket that ends before.</param>
    /// <returns>The new history.</returns>
    public int Add(int block, Bucket* bucket, long nextEnd)
    {
        var count = Tiles(block);
        var keepsTiles = _window > 0 || plan.Definition.Lags is not null;
        var next = blocks.Take(Length(keepsTiles ? Math.Max(count + 1, plan.PastBuckets + 1) : 0));
        if (block == BlockStore.None)
        {
            *(long*)blocks.At(next) = 0;
            KnownOf(next).Fill(new Known { Time = long.MinValue });
        }
        else
        {
            Bytes(block).CopyTo(blocks[next]);
            blocks.Give(block);
        }

        var words = BucketStore.Words(bucket);
        for (var i = 0; i < plan.Told.Length; i++)
        {
            if (words[plan.ToldAt + i] is var value && !double.IsNaN(value))
            {
                Replace(ref KnownOf(next)[plan.Carried.Length + i], bucket->Start + plan.Definition.Bucket, value);
            }
        }

        Carry(next, bucket->Start, words, isTile: false);
        if (keepsTiles)
        {
            Insert(next, count, bucket, words);
            Drop(next, nextEnd);
        }

        return next;
    }

    private static void Replace(ref Known known, long time, double value)
    {
        if (time >= known.Time)
        {
            known = new Known { Time = time, Value = value };
        }
    }

    private int Length(int tiles) => _tilesAt + (tiles * _tileBytes);

    private Span<Known> KnownOf(int block) => new(blocks.At(block) + sizeof(long), plan.Carried.Length + plan.Told.Length);

    /// <summary>Remembers the last readings of what leaves the buckets or, for metrics that tiles have, the tiles.</summary>
    private void Carry(int block, long start, double* words, bool isTile)
    {
        for (var i = 0; i < plan.Carried.Length; i++)
        {
            ref readonly var metric = ref plan.Plans[plan.Carried[i]];
            if (metric.At < plan.TileWords == isTile && metric.Count(words) > 0)
            {
                Replace(ref KnownOf(block)[i], start + metric.LatestTime(words), metric.Has(MetricParts.Last) ? words[metric.Last] : 0);
            }
        }
    }

    private void Insert(int block, int count, Bucket* bucket, double* words)
    {
        var at = count;
        while (at > 0 && Tile(block, at - 1)->Start > bucket->Start)
        {
            at--;
        }

        var place = new Span<byte>(Tile(block, at), (count - at + 1) * _tileBytes);
        place[..^_tileBytes].CopyTo(place[_tileBytes..]);
        *Tile(block, at) = new Tile { Start = bucket->Start, Readings = bucket->Readings, Revision = bucket->Revision };
        new Span<double>(words, plan.TileWords).CopyTo(new Span<double>(Words(Tile(block, at)), plan.TileWords));
        *(long*)blocks.At(block) = count + 1;
    }

    private void Drop(int block, long nextEnd)
    {
        var count = Tiles(block);
        var from = nextEnd - _window;
        if (plan.Definition.Lags is { } lags)
        {
            from = Math.Min(from, lags.OnlyPresent ? StartOfRow(block, count, lags.Count) - _lagAge - plan.Definition.Bucket : nextEnd - ((lags.Count + 1) * plan.Definition.Bucket) - _lagAge);
        }

        var dropped = 0;
        for (; dropped < count && Tile(block, dropped)->Start < from; dropped++)
        {
            Carry(block, Tile(block, dropped)->Start, Words(Tile(block, dropped)), isTile: true);
        }

        if (dropped > 0)
        {
            var rest = new Span<byte>(Tile(block, dropped), (count - dropped) * _tileBytes);
            rest.CopyTo(new Span<byte>(Tile(block, 0), rest.Length));
            *(long*)blocks.At(block) = count - dropped;
        }
    }

    private long StartOfRow(int block, int count, int rows)
    {
        for (var at = count - 1; at >= 0; at--)
        {
            rows -= Tile(block, at)->Revision > 0 ? 1 : 0;
            if (rows == 0)
            {
                return Tile(block, at)->Start;
            }
        }

        return long.MinValue / 2;
    }
}
