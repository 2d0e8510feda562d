using System.Security.Cryptography;
using System.Text;

namespace Streaming.History.Cassandra.Writing;

/// <summary>
/// Remembers which entries of the index tables are written, the newest ones, so that an entry is written about once and not with every row. Forgetting one
/// costs a repeated write; believing one that was never written would lose a row from its index, so entries are told apart by 128 bits of SHA-256.
/// </summary>
/// <param name="capacity">How many are remembered at most; half of them surely.</param>
internal sealed class IndexMemory(int capacity)
{
    private const int StackBytes = 512;

    private readonly Lock _lock = new();
    private readonly int _half = Math.Max(1, capacity / 2);
    private HashSet<UInt128> _young = [];
    private HashSet<UInt128> _old = [];

    /// <summary>What an entry is remembered by.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="day">Its day.</param>
    /// <param name="number">A further number of its key.</param>
    /// <param name="first">A text of its key.</param>
    /// <param name="second">Another one.</param>
    /// <param name="third">A third.</param>
    public static UInt128 KeyOf(string table, long day, int number, string first, string second = "", string third = "")
    {
        var text = $"{table}\0{day}\0{number}\0{first.Length}\0{second.Length}\0{first}{second}{third}";
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Whether an entry is known to be written.</summary>
    public bool Contains(UInt128 key)
    {
        lock (_lock)
        {
            if (_young.Contains(key))
            {
                return true;
            }

            if (!_old.Contains(key))
            {
                return false;
            }

            Keep(key);
            return true;
        }
    }

    /// <summary>Notes that entries are written.</summary>
    public void Add(IEnumerable<UInt128> keys)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                Keep(key);
            }
        }
    }

    private void Keep(UInt128 key)
    {
        _young.Add(key);
        if (_young.Count >= _half)
        {
            (_old, _young) = (_young, []);
        }
    }
}
