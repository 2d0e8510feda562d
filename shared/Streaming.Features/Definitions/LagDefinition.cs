namespace Streaming.Features.Definitions;

/// <summary>
/// Values of chosen features in the last buckets, behind the features of a vector: one row for each bucket, the oldest first, in each row the features
/// in their order. What a row has is what that bucket's vector said.
/// </summary>
public sealed record LagDefinition
{
    /// <summary>How many rows.</summary>
    public required int Count { get; init; }

    /// <summary>The features of a row, by name.</summary>
    public required IReadOnlyList<string> Of { get; init; }

    /// <summary>Whether only buckets that have a vector make rows, however far back; else every bucket does, and one without a vector is a gap, filled by the features' missing policies. Default: every bucket.</summary>
    public bool OnlyPresent { get; init; }

    /// <summary>Whether the last row is the bucket itself; else the one before it. Default: the bucket itself.</summary>
    public bool WithCurrent { get; init; } = true;

    /// <summary>How many values the rows have together.</summary>
    public int Values => Count * Of.Count;

    /// <summary>The name of a value of a row, such as <c>milk[-2]</c>.</summary>
    /// <param name="row">From 0, the oldest.</param>
    /// <param name="feature">The feature's name.</param>
    public string NameOf(int row, string feature) => $"{feature}[{row - Count + (WithCurrent ? 1 : 0)}]";
}
