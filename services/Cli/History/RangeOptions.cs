using System.CommandLine;
using System.Globalization;
using Streaming.Cli.Rendering;
using Streaming.History.Queries;

namespace Streaming.Cli.History;

/// <summary>The options that name a range of time, and the moment as of which it is looked at.</summary>
internal sealed class RangeOptions(bool takesAsOf = true)
{
    private const string Time = "RFC 3339 with its offset, as 2026-01-31T12:00:00Z, or milliseconds since 1970";

    private readonly Option<string?> _from = new("--from") { Description = $"Bucket starts (labels: times) from here on; {Time}." };
    private readonly Option<string?> _to = new("--to") { Description = "Up to here, exclusive." };
    private readonly Option<string?> _day = new("--day") { Description = "Instead of both: one day in UTC, as 2026-01-31." };
    private readonly Option<string?> _asOf = new("--as-of") { Description = "As it was known at this moment: what came later is as if it had never come. Default: now." };

    public void AddTo(Command command)
    {
        command.Options.Add(_from);
        command.Options.Add(_to);
        command.Options.Add(_day);
        if (takesAsOf)
        {
            command.Options.Add(_asOf);
        }
    }

    /// <summary>Whether a range was said.</summary>
    public bool AreGiven(ParseResult parsed) => (parsed.GetValue(_from) ?? parsed.GetValue(_to) ?? parsed.GetValue(_day)) is not null;

    /// <summary>The range; what is not given is open.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="errors">Takes every mistake.</param>
    public TimeRange Range(ParseResult parsed, List<string> errors)
    {
        if (parsed.GetValue(_day) is { } day)
        {
            if (parsed.GetValue(_from) is not null || parsed.GetValue(_to) is not null)
            {
                errors.Add("--day: stands alone, without --from and --to.");
            }

            if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return TimeRange.OfDay(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds());
            }

            errors.Add($"--day '{day}': must be a date, as 2026-01-31.");
            return TimeRange.All;
        }

        var from = Read("--from", parsed.GetValue(_from), errors);
        var to = Read("--to", parsed.GetValue(_to), errors);
        if (from >= to)
        {
            errors.Add($"--from '{parsed.GetValue(_from)}': must lie before --to '{parsed.GetValue(_to)}'.");
        }

        return from is null && to is null ? TimeRange.All : new TimeRange(from ?? long.MinValue, to ?? long.MaxValue);
    }

    /// <summary>The moment; null where none is given.</summary>
    public long? AsOf(ParseResult parsed, List<string> errors) => Read("--as-of", parsed.GetValue(_asOf), errors);

    private static long? Read(string option, string? text, List<string> errors)
    {
        if (text is null)
        {
            return null;
        }

        if (TimeText.TryRead(text, out var time))
        {
            return time;
        }

        errors.Add($"{option} '{text}': must be {Time}.");
        return null;
    }
}
