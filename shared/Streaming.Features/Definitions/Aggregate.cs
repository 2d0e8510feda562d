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
}
