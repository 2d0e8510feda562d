using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Streaming.Avro.Registry;

/// <summary>Remembers up to a number of values; the one that came first leaves first. Reads take no lock.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new();
    private readonly Queue<TKey> _order = new();
    private readonly Lock _adding = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public void Add(TKey key, TValue value)
    {
        lock (_adding)
        {
            if (!_values.TryAdd(key, value))
            {
                return;
            }

            _order.Enqueue(key);
            if (_order.Count > capacity)
            {
                _values.TryRemove(_order.Dequeue(), out _);
            }
        }
    }
}
