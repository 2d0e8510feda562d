namespace Streaming.Ingest;

/// <summary>What ids and names may hold.</summary>
internal static class Names
{
    /// <summary>Whether there is a control character among them (U+0000 to U+001F, U+007F to U+009F). The bytes are valid UTF-8.</summary>
    public static bool HasControl(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            var value = utf8[i];
            if (value < 0x20 || value == 0x7f || (value == 0xc2 && utf8[i + 1] < 0xa0))
            {
                return true;
            }
        }

        return false;
    }
}
