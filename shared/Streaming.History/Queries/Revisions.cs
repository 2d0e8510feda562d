namespace Streaming.History.Queries;

/// <summary>Which of the rows that speak of the same thing are wanted.</summary>
public enum Revisions
{
    /// <summary>The highest revision, and of equal ones the newest by <see cref="Monitoring.RecordOrigin"/>.</summary>
    Highest,

    /// <summary>Every row.</summary>
    All,
}
