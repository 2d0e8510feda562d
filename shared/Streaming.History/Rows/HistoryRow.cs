using Streaming.Monitoring;

namespace Streaming.History.Rows;

/// <summary>
/// One record as the history keeps it. A row is a function of its record alone and belongs to it alone (its key holds the record's origin), so that
/// writing it again, in any order and from anywhere, changes nothing. Which of several rows counts is decided when they are read.
/// </summary>
public abstract record HistoryRow
{
    private protected HistoryRow()
    {
    }

    /// <summary>The record that brought the row, with the time from which it was known.</summary>
    public required RecordOrigin Origin { get; init; }
}
