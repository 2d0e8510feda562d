namespace Streaming.Features.Definitions;

/// <summary>What is computed of a metric's readings in a bucket.</summary>
public enum Aggregate
{
    /// <summary>How many readings carried the metric; 0 where none did.</summary>
    Count,

    /// <summary>Their sum, compensated; 0 where there are none.</summary>
    Sum,

    /// <summary>Sum over count.</summary>
    Mean,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,

    /// <summary>The greatest less the least.</summary>
    Range,

    /// <summary>The value with the earliest event time; of several, the one that arrived first.</summary>
    First,

    /// <summary>The value with the latest event time; of several, the one that arrived last.</summary>
    Last,

    /// <summary>Sample standard deviation (divisor n - 1); missing below two readings.</summary>
    Stddev,

    /// <summary>Least squares over event time, per second; missing below two different times.</summary>
    Slope,

    /// <summary>Seconds for which the last known value was above a threshold: from each reading in the bucket to the next or the bucket's end.</summary>
    TimeAbove,

    /// <summary>Of a cumulative counter: the sum of its rises since the last reading before the bucket. A fall is a restart from 0. Without a reading
    /// before, the first one in the bucket counts for nothing.</summary>
    Increase,

    /// <summary>The bucket's end less the last reading's event time, looking back beyond the bucket.</summary>
    SecondsSinceLast,
}
