namespace Streaming.History.Queries;

/// <summary>Texts by their UTF-8 bytes: the order in which stores give entities. Nothing is encoded for it.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    private const int Shift = 0x2000;

    public static Utf8Order Instance { get; } = new();

    public int Compare(string? left, string? right)
    {
        var one = left.AsSpan();
        var other = right.AsSpan();
        var same = one.CommonPrefixLength(other);
        return same == one.Length || same == other.Length
            ? one.Length.CompareTo(other.Length)
            : Rank(one[same]).CompareTo(Rank(other[same]));
    }

    // UTF-8 follows code points. UTF-16 does too, but for the halves of a pair (U+10000 and above), which lie below U+E000 to U+FFFF.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + Shift : unit >= '\uE000' ? unit - (Shift / 4) : unit;
}
