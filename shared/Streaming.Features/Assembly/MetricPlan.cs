namespace Streaming.Features.Assembly;

/// <summary>Where a metric's running values lie among the words of a bucket. -1 stands for what no feature needs.</summary>
internal readonly record struct MetricPlan
{
    /// <summary>How many values.</summary>
    public required int Count { get; init; }

    /// <summary>The sum, then what rounding left out.</summary>
    public int Sum { get; init; }

    /// <summary>The least value.</summary>
    public int Min { get; init; }

    /// <summary>The greatest value.</summary>
    public int Max { get; init; }

    /// <summary>The earliest event time since the bucket's start, then its value.</summary>
    public int First { get; init; }

    /// <summary>The latest event time since the bucket's start, then its value.</summary>
    public int Last { get; init; }

    /// <summary>The first value to arrive; the mean of the differences from it; the sum of their squared differences from that mean.</summary>
    public int Spread { get; init; }
}
