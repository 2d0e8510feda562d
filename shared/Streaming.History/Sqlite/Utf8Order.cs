using System.Text;

namespace Streaming.History.Sqlite;

/// <summary>Texts by their UTF-8 bytes, as SQLite orders them.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? left, string? right) =>
        Encoding.UTF8.GetBytes(left ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right ?? ""));
}
