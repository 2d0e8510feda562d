namespace Streaming.Features.Definitions;

/// <summary>Whether the log of readings is kept long enough for what the feature sets revise (docs/TIME.md, rule 12).</summary>
public static class RetentionRule
{
    /// <summary>How long a feature set needs the log of readings to be kept, and longer.</summary>
    /// <param name="set">The feature set.</param>
    /// <param name="longestOutage">The longest outage that is planned for.</param>
    public static TimeSpan Needed(FeatureSetDefinition set, TimeSpan longestOutage)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfLessThan(longestOutage, TimeSpan.Zero);
        return TimeSpan.FromMilliseconds(set.ReviseFor) + (2 * longestOutage);
    }

    /// <summary>Checks the rule.</summary>
    /// <param name="sets">The feature sets that run.</param>
    /// <param name="retention">How long <c>sensor.readings</c> keeps records; null for ever.</param>
    /// <param name="longestOutage">The longest outage that is planned for.</param>
    /// <returns>What is wrong and what to do; null where nothing is.</returns>
    public static string? Check(IReadOnlyCollection<FeatureSetDefinition> sets, TimeSpan? retention, TimeSpan longestOutage)
    {
        ArgumentNullException.ThrowIfNull(sets);
        if (retention is not { } kept || sets.MaxBy(set => set.ReviseFor) is not { } longest)
        {
            return null;
        }

        var needed = Needed(longest, longestOutage);
        return kept > needed
            ? null
            : $"sensor.readings keeps records for {Text(kept)}; it must be more than {Text(needed)}: reviseFor of feature set {longest.Id}, {Text(TimeSpan.FromMilliseconds(longest.ReviseFor))}, and twice the longest planned outage, {Text(longestOutage)}. Raise the topic's retention.ms, or shorten reviseFor.";
    }

    private static string Text(TimeSpan length) => Duration.Text((long)length.TotalMilliseconds);
}
