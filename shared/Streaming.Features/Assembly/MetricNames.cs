namespace Streaming.Features.Assembly;

/// <summary>Numbers for the metrics that some feature set uses. Made once, then only read.</summary>
internal sealed class MetricNames
{
    /// <summary>A metric that no feature set uses.</summary>
    public const int Unused = -1;

    private readonly List<byte[]> _names = [];
    private int[] _index = new int[16];

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>The number of a metric.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        var mask = _index.Length - 1;
        for (var i = (int)Hash.Salted(name) & mask; _index[i] != 0; i = (i + 1) & mask)
        {
            if (_names[_index[i] - 1].AsSpan().SequenceEqual(name))
            {
                return _index[i] - 1;
            }
        }

        return Unused;
    }

    /// <summary>The number of a metric, which gets one where it has none.</summary>
    public int FindOrAdd(byte[] name)
    {
        if (Find(name) is var found and not Unused)
        {
            return found;
        }

        _names.Add(name);
        if (_names.Count * 2 > _index.Length)
        {
            _index = new int[_index.Length * 2];
            for (var i = 0; i < _names.Count; i++)
            {
                Insert(i);
            }
        }
        else
        {
            Insert(_names.Count - 1);
        }

        return _names.Count - 1;
    }

    private void Insert(int number)
    {
        var mask = _index.Length - 1;
        var i = (int)Hash.Salted(_names[number]) & mask;
        while (_index[i] != 0)
        {
            i = (i + 1) & mask;
        }

        _index[i] = number + 1;
    }
}
