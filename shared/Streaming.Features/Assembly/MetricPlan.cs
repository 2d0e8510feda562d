namespace Streaming.Features.Assembly;

/// <summary>Running values of a metric in a bucket, beside its count and its latest time. Each is kept only where a feature needs it.</summary>
[Flags]
internal enum MetricParts
{
    None = 0,

    /// <summary>The sum, and what rounding left out.</summary>
    Sum = 1,

    /// <summary>The least value.</summary>
    Min = 2,

    /// <summary>The greatest value.</summary>
    Max = 4,

    /// <summary>The earliest event time since the bucket's start, and its value.</summary>
    First = 8,

    /// <summary>The value of the latest event time.</summary>
    Last = 16,

    /// <summary>The first value to arrive; the mean of the differences from it; the sum of their squared differences from that mean.</summary>
    Spread = 32,

    /// <summary>The mean of the times; the sum of their squared differences from it; the sum of products with those of the values. Needs the spread.</summary>
    Trend = 64,
}

/// <summary>
/// Where a metric's running values lie among the words of a bucket: in the order of <see cref="MetricParts"/>, each <see cref="Stride"/> words behind the one
/// before. Metrics that keep the same lie side by side, so that several take their values in at once.
/// </summary>
internal readonly struct MetricPlan
{
    /// <param name="at">The first word.</param>
    /// <param name="stride">How many metrics lie side by side.</param>
    /// <param name="parts">What is kept.</param>
    /// <param name="thresholds">Those above which time is counted.</param>
    /// <param name="hasRise">Whether rises are summed.</param>
    public MetricPlan(int at, int stride, MetricParts parts, double[] thresholds, bool hasRise)
    {
        (At, Stride, Parts, Thresholds, HasRise) = (at, stride, parts, thresholds, hasRise);
        Sum = at + stride;
        Min = Sum + Size(MetricParts.Sum, 2);
        Max = Min + Size(MetricParts.Min, 1);
        First = Max + Size(MetricParts.Max, 1);
        Last = First + Size(MetricParts.First, 2);
        Spread = Last + Size(MetricParts.Last, 1);
        Trend = Spread + Size(MetricParts.Spread, 3);
        Rise = Trend + Size(MetricParts.Trend, 3);
        Above = Rise + (hasRise ? stride : 0);
        Words = ((Above - at) / stride) + thresholds.Length;
    }

    /// <summary>The word that holds count and latest time since the bucket's start, 32 bits each.</summary>
    public int At { get; }

    /// <summary>How many words apart its words lie.</summary>
    public int Stride { get; }

    public MetricParts Parts { get; }

    public int Sum { get; }

    public int Min { get; }

    public int Max { get; }

    public int First { get; }

    public int Last { get; }

    public int Spread { get; }

    public int Trend { get; }

    /// <summary>The sum of the rises from the bucket's first reading to its last, made when it is asked for.</summary>
    public int Rise { get; }

    public bool HasRise { get; }

    /// <summary>The milliseconds above the first threshold from the bucket's first reading to its last, made when they are asked for.</summary>
    public int Above { get; }

    public double[] Thresholds { get; }

    /// <summary>The same of any threshold, by its position.</summary>
    public int TimeAbove(int threshold) => Above + (threshold * Stride);

    /// <summary>Whether the order of its readings counts, so that they are kept.</summary>
    public bool IsOrdered => HasRise || Thresholds.Length > 0;

    /// <summary>How many words it has.</summary>
    public int Words { get; }

    /// <summary>Whether a part is kept.</summary>
    public bool Has(MetricParts part) => (Parts & part) != 0;

    /// <summary>How many values came.</summary>
    public unsafe uint Count(double* words) => *(uint*)(words + At);

    /// <summary>The latest event time since the bucket's start; there must be one.</summary>
    public unsafe uint LatestTime(double* words) => ((uint*)(words + At))[1];

    /// <summary>The earliest event time since the bucket's start, where it is kept; there must be one.</summary>
    public unsafe uint EarliestTime(double* words) => *(uint*)(words + First);

    /// <summary>The value of the earliest event time, where it is kept; there must be one.</summary>
    public unsafe double FirstValue(double* words) => words[First + Stride];

    private int Size(MetricParts part, int words) => Has(part) ? words * Stride : 0;
}
