using System.Globalization;
using Streaming.Cli.Rendering;

namespace Streaming.Cli.Features;

/// <summary>An explanation as people read it.</summary>
internal static class ExplainText
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static IEnumerable<string> Lines(ExplainReport report)
    {
        yield return $"{report.Name}:{report.Version}, content {report.Hash}";
        yield return "";
        foreach (var (title, text) in Facts(report))
        {
            yield return $"{title,-14}{text}";
        }

        yield return "";
        var table = new TextTable("position", "value", "computed from", "unit", "where missing");
        foreach (var value in report.Vector)
        {
            table.Add(value.Position.ToString(Plain), value.Name, value.ComputedFrom, value.Unit, value.WhenMissing);
        }

        foreach (var line in table.Lines())
        {
            yield return line;
        }
    }

    private static IEnumerable<(string Title, string Text)> Facts(ExplainReport report)
    {
        var times = report.Times;
        yield return ("vectors of", report.Scope == "group" ? "groups" : "entities");
        yield return ("buckets", $"{times.Bucket}, counted from 1970{(times.Align == "0" ? "" : $" and {times.Align}")}{(times.From is null ? "" : $", from {times.From} on")}");
        yield return ("leave", times.Emit == "complete" ? "as soon as every feature without a missing policy is present, and at the close" : "when the bucket closes");
        yield return ("close", $"{(times.Grace == "0" ? "when the entity's time passes the bucket's end" : $"when the entity's time is {times.Grace} past the bucket's end")}, or after {times.IdleClose} of silence");
        yield return ("revisions", times.ReviseFor == "0" ? "none: what comes late goes to sensor.late" : $"for {times.ReviseFor}, gathered for {times.ReviseEvery}; what comes later goes to sensor.late");
        yield return ("completeness", report.Completeness);
        if (report.Where.Length > 0)
        {
            yield return ("readings", $"only where {report.Where}");
        }

        foreach (var metric in report.Metrics)
        {
            yield return ("metric", $"{metric.Metric} → {string.Join(", ", metric.Features)}");
        }

        foreach (var metric in report.GroupMetrics)
        {
            yield return ("of the group", $"readings of {metric}");
        }

        foreach (var feature in report.GroupFeatures)
        {
            yield return ("of the group", $"{feature} of its members");
        }

        foreach (var attribute in report.Attributes)
        {
            yield return ("attribute", attribute);
        }

        foreach (var window in report.Windows)
        {
            yield return ("window", string.Create(Plain, $"{window.Feature}: {window.Length}, {window.Buckets:N0} buckets"));
        }

        if (report.Lags is { } lags)
        {
            yield return ("lags", $"{lags.Count} rows of {string.Join(", ", lags.Of)}: {(lags.Rows == "all" ? "every bucket" : "buckets that have a vector")}, {(lags.Current ? "the last row is the bucket itself" : "the last row is the bucket before")}");
        }

        var memory = report.Memory;
        yield return ("memory", string.Create(Plain, $"{memory.PerEntity:N0} bytes an entity at {memory.ReadingsPerBucket:0.###} readings a bucket; {Size(memory.Total)} for {memory.Entities:N0}"));
        yield return ("", string.Create(
            Plain, $"{memory.WithoutBuckets:N0} an entity, {memory.PerBucket:N0} a bucket, {memory.PerReading:N0} a reading{(memory.PastBuckets == 0 ? "" : $", {memory.PerPastBucket:N0} for each of {memory.PastBuckets:N0} buckets looked back at")}"));
        yield return ("retention", $"sensor.readings for more than {report.RetentionAbove}: reviseFor and twice the longest outage, {report.LongestOutage}");
        yield return ("topics", $"{string.Join(", ", report.Topics.Reads)} → {string.Join(", ", report.Topics.Writes)}; state in {report.Topics.State}");
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(Plain, $"{(double)bytes / (1L << 30):N1} GiB"),
        >= 1L << 20 => string.Create(Plain, $"{(double)bytes / (1L << 20):N1} MiB"),
        _ => string.Create(Plain, $"{bytes:N0} bytes"),
    };
}
