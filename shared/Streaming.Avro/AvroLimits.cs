namespace Streaming.Avro;

/// <summary>What one value may ask for, whatever its bytes claim.</summary>
/// <param name="MaxLength">Greatest length of a string or bytes value, in bytes.</param>
/// <param name="MaxItems">Greatest number of items of one array or map.</param>
/// <param name="MaxTotalItems">Greatest number of items of all arrays and maps of the value together. It also bounds items that take no bytes, such as nulls.</param>
public readonly record struct AvroLimits(int MaxLength, int MaxItems, int MaxTotalItems)
{
    /// <summary>4 MiB a string, as much as the largest message of a topic that is no state; 65,536 items an array or map, 131,072 items in all.</summary>
    public static readonly AvroLimits Default = new(1 << 22, 1 << 16, 1 << 17);

    /// <summary>For what the system itself wrote: bounded by the bytes alone.</summary>
    public static readonly AvroLimits Trusted = new(int.MaxValue, int.MaxValue, int.MaxValue);
}
