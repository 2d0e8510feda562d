namespace Streaming.Avro.Registry;

/// <summary>Bounds on what <see cref="WriterSchemas"/> remembers and asks for. Section <c>WriterSchemas</c> of the configuration.</summary>
public sealed class WriterSchemasOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "WriterSchemas";

    /// <summary>Schemas that are remembered, of those no longer in use; 1,000 by default. What is in use stays whatever this says, up to <see cref="MaxIds"/>.</summary>
    public int MaxSchemas { get; set; } = 1000;

    /// <summary>Ids that are remembered, with a schema or without; while they are all in use, records with further ones wait. 65,536 by default.</summary>
    public int MaxIds { get; set; } = 1 << 16;

    /// <summary>How long the registry's word that it has no such id is believed; 60 s by default.</summary>
    public TimeSpan UnknownFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Ids asked for at the same time; 8 by default.</summary>
    public int MaxParallelFetches { get; set; } = 8;

    /// <summary>Ids asked for in a second, on the mean; as many may be asked for at once. 500 by default.</summary>
    public int MaxFetchesPerSecond { get; set; } = 500;

    /// <summary>Mean wait before an id whose fetch failed is asked for again, doubled at each failure; 250 ms by default.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Limit on that wait; 5 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(nameof(MaxSchemas), MaxSchemas, MaxSchemas is >= 1 and <= 1 << 20, "must lie between 1 and 1048576", "1000");
        Check(nameof(MaxIds), MaxIds, MaxIds >= MaxSchemas && MaxIds <= 1 << 24, $"must lie between {nameof(MaxSchemas)} ({MaxSchemas}) and 16777216", "65536");
        Check(nameof(UnknownFor), UnknownFor, UnknownFor >= TimeSpan.FromSeconds(1) && UnknownFor <= TimeSpan.FromDays(1), "must lie between 1 s and 1 day", "00:01:00");
        Check(nameof(MaxParallelFetches), MaxParallelFetches, MaxParallelFetches is >= 1 and <= 64, "must lie between 1 and 64", "8");
        Check(nameof(MaxFetchesPerSecond), MaxFetchesPerSecond, MaxFetchesPerSecond is >= 1 and <= 10_000, "must lie between 1 and 10000", "500");
        Check(nameof(RetryDelay), RetryDelay, RetryDelay >= TimeSpan.FromMilliseconds(1) && RetryDelay <= TimeSpan.FromMinutes(1), "must lie between 1 ms and 1 min", "00:00:00.25");
        Check(nameof(MaxRetryDelay), MaxRetryDelay, MaxRetryDelay >= RetryDelay && MaxRetryDelay <= TimeSpan.FromMinutes(5), $"must lie between {nameof(RetryDelay)} ({RetryDelay}) and 5 min", "00:00:05");
        return errors;

        void Check(string key, object value, bool holds, string rule, string standard)
        {
            if (!holds)
            {
                errors.Add($"{Section}:{key} = '{value}': {rule}; the default is {standard}.");
            }
        }
    }
}
