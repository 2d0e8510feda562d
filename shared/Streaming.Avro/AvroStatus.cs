namespace Streaming.Avro;

/// <summary>What came of reading bytes. Bad bytes are data, not exceptions.</summary>
public enum AvroStatus
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>The bytes end before the value does.</summary>
    Truncated,

    /// <summary>A variable-length number goes on beyond ten bytes or 64 bits.</summary>
    VarintTooLong,

    /// <summary>An int is outside 32 bits.</summary>
    IntOutOfRange,

    /// <summary>A length or a block's size is below zero.</summary>
    NegativeLength,

    /// <summary>A string or bytes value is longer than <see cref="AvroLimits.MaxLength"/>.</summary>
    LengthBeyondLimit,

    /// <summary>An array or map has more items than a limit allows.</summary>
    TooManyItems,

    /// <summary>A boolean is neither 0 nor 1.</summary>
    InvalidBoolean,

    /// <summary>A string is not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>An enum's index names no symbol, or one that the reader's schema lacks.</summary>
    UnknownSymbol,

    /// <summary>A union's index names no branch, or one that the reader's schema lacks.</summary>
    UnknownBranch,

    /// <summary>The value ends before the bytes do.</summary>
    TrailingBytes,

    /// <summary>In the reader's schema the value would be many times larger than its bytes.</summary>
    OutputTooLarge,
}
