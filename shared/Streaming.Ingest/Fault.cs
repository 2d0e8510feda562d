using System.Text;
using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>Why a record is refused: the rule, and the value that broke it.</summary>
/// <param name="Reason">The rule's name.</param>
/// <param name="Detail">The rule, the value, and what is allowed.</param>
/// <param name="Field">The field that broke it; null for the record as a whole.</param>
internal readonly record struct Fault(DeadLetterReason Reason, string Detail, string? Field = null)
{
    private const int MaxShownBytes = 100;

    /// <summary>Bytes as a message shows them: cut to a length, and with nothing in them that could harm a terminal or a log.</summary>
    public static string Shown(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder();
        foreach (var letter in Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxShownBytes)]))
        {
            text.Append(char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString());
        }

        return utf8.Length > MaxShownBytes ? $"'{text}…'" : $"'{text}'";
    }
}
