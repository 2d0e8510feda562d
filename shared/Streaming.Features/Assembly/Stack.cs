namespace Streaming.Features.Assembly;

/// <summary>Items in the order of their adding, kept and emptied again and again without allocation once it has grown.</summary>
internal struct Stack<T>()
{
    private T[] _items = [];

    public int Count { get; private set; }

    public readonly ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public void Push(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(16, Count * 2));
        }

        _items[Count++] = item;
    }

    public void Push(ReadOnlySpan<T> items)
    {
        if (Count + items.Length > _items.Length)
        {
            Array.Resize(ref _items, Math.Max(Count + items.Length, Math.Max(16, Count * 2)));
        }

        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    public T Pop() => _items[--Count];

    public void Clear() => Count = 0;

    public void Truncate(int count) => Count = count;
}
