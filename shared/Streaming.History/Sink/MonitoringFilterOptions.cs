namespace Streaming.History.Sink;

/// <summary>How the sink writes, and waits for a store that is down. Section <c>Monitoring</c> of the configuration.</summary>
public sealed class MonitoringFilterOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Monitoring";

    /// <summary>Rows given to the store at a time; after a failure only those are given again. 2,000 by default.</summary>
    public int RowsPerWrite { get; set; } = 2000;

    /// <summary>Mean wait before the first repetition of a failed write, doubled for each further one; 200 ms by default.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Limit on the mean wait before a repetition; 10 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none.</summary>
    public IReadOnlyList<string> Validate() => [.. Errors()];

    private static string Error(string key, object value, string rule, string remedy) => $"{Section}:{key} = '{value}': {rule}; {remedy}.";

    private IEnumerable<string> Errors()
    {
        if (RowsPerWrite is < 1 or > 1_000_000)
        {
            yield return Error(nameof(RowsPerWrite), RowsPerWrite, "must lie between 1 and 1000000", "the default is 2000");
        }

        if (RetryDelay <= TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1))
        {
            yield return Error(nameof(RetryDelay), RetryDelay, "must be above 0 and at most 1 min", "the default is 00:00:00.2");
        }

        if (MaxRetryDelay < RetryDelay || MaxRetryDelay > TimeSpan.FromMinutes(5))
        {
            yield return Error(nameof(MaxRetryDelay), MaxRetryDelay, $"must lie between {nameof(RetryDelay)} ({RetryDelay}) and 5 min", "the default is 00:00:10");
        }
    }
}
