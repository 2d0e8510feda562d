using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Avro.Registry;
using Streaming.Cli.Rendering;
using Streaming.Cli.Verifying;
using Streaming.Features.Replay;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming verify</c>: is what was served what the log gives?</summary>
internal static class VerifyCommand
{
    private const string Help = """
        Computes the vectors of a range from sensor.readings once more, and compares them with what was served: every value by its bits, and
        every other field. A vector is 'different' when it was served with other content, 'missing' when it was not served, 'extra' when it was
        served but the log does not give it. For each feature it tells in how many vectors the value differs, was served as missing though the
        log gives it (missing), or was served though the log does not give it (extra). Models that are trained on the one and asked about
        the other would be wrong by these.

        Live work may go on: what it has not reached yet is no difference. Nothing is written. The history is read whole for the range, so
        choose days, not years, with --in-history.

        Exit codes: 0 everything is the same; 1 there are differences, or the comparison could not be made (said on the error output); 78 the
        configuration or a value is wrong, or retention has removed what would be compared; 64 wrong options; 130 interrupted.

        Examples:
          streaming verify --day 2026-01-30
          streaming verify --from 2026-01-30T00:00:00Z --to 2026-01-30T06:00:00Z --feature-set herd:3 --entities cow-1,cow-2 --examples 100
          streaming verify --day 2026-01-30 --in-history --history history.db --json
        """;

    public static Command Make()
    {
        var options = new VerifyOptions();
        var command = new Command("verify", Help);
        options.AddTo(command);
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = options.Read(parsed);
            using var registry = new SchemaRegistryClient(asked.Registry);
            var sets = (await options.Sets.ReadAsync(parsed, asked.Kafka, registry, cancellation)).All;
            await using var history = asked.InHistory ? await options.History.OpenAsync(parsed, cancellation) : null;
            var verification = new Verification(asked, sets, registry, history, TimeProvider.System);
            var comparison = await verification.RunAsync(cancellation);
            Answer.Write(VerifyReport.Of(comparison, verification.Warnings), VerifyReportJson.Default.VerifyReport, parsed.GetValue(json), Lines);
            return comparison.IsSame ? ExitCodes.Done : ExitCodes.Failure;
        });
        return command;
    }

    private static IEnumerable<string> Lines(VerifyReport report)
    {
        foreach (var warning in report.Warnings)
        {
            yield return $"not exact: {warning}";
        }

        var table = new TextTable("feature set", "served", "computed", "same", "different", "missing", "extra", "not yet served");
        foreach (var set in report.FeatureSets)
        {
            table.Add(set.FeatureSet, Text(set.Served), Text(set.Computed), Text(set.Same), Text(set.Different), Text(set.Missing), Text(set.Extra), Text(set.NotYetServed));
        }

        foreach (var line in table.Lines().Concat(Values(report)).Concat(Examples(report)))
        {
            yield return line;
        }

        yield return report.Same ? "Everything that was served is what the log gives." : "There are differences.";
    }

    private static List<string> Values(VerifyReport report)
    {
        var table = new TextTable("value", "different", "missing", "extra");
        foreach (var set in report.FeatureSets)
        {
            foreach (var value in set.Values.Where(value => value.Different + value.Missing + value.Extra > 0))
            {
                table.Add($"{set.FeatureSet} {value.Name}", Text(value.Different), Text(value.Missing), Text(value.Extra));
            }

            foreach (var (field, count) in set.OtherFields)
            {
                table.Add($"{set.FeatureSet} ({field})", Text(count), "-", "-");
            }
        }

        return table.Lines().ToList() is { Count: > 1 } lines ? lines : [];
    }

    private static IEnumerable<string> Examples(VerifyReport report) => report.Examples.Select(example =>
        $"{example.Kind} {example.FeatureSet} {example.EntityId} {TimeText.Of(example.BucketStart)} revision {example.Revision.ToString(CultureInfo.InvariantCulture)}"
        + string.Concat(example.Fields.Select(field => $"; {field.Name} was served as {field.Served}, the log gives {field.Computed}")));

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What a verification came to.</summary>
/// <param name="Same">Whether there is no difference.</param>
/// <param name="FeatureSets">By feature set.</param>
/// <param name="Examples">The first differences.</param>
/// <param name="Warnings">Why differences need not be anybody's fault.</param>
internal sealed record VerifyReport(bool Same, IReadOnlyList<VerifiedSet> FeatureSets, IReadOnlyList<VerifiedExample> Examples, IReadOnlyList<string> Warnings)
{
    public static VerifyReport Of(VectorComparison comparison, IReadOnlyList<string> warnings) => new(
        comparison.IsSame,
        [.. comparison.Sets.Select(VerifiedSet.Of)],
        [.. comparison.Examples.Select(example => new VerifiedExample(
            example.Kind switch { DifferenceKind.Different => "different", DifferenceKind.Missing => "missing", _ => "extra" },
            example.FeatureSet, example.EntityId, example.BucketStart, example.Revision, example.Fields))],
        warnings);
}

/// <summary>Counts of one feature set: vectors, and for each of its values.</summary>
internal sealed record VerifiedSet(
    string FeatureSet, string Hash, long Served, long Computed, long Same, long Different, long Missing, long Extra, long NotYetServed,
    IReadOnlyList<VerifiedValue> Values, IReadOnlyDictionary<string, long> OtherFields)
{
    public static VerifiedSet Of(SetComparison set) => new(
        set.Set.Id, set.Set.Hash, set.Served, set.Computed, set.Same, set.Different, set.Missing, set.Extra, set.NotYetServed,
        [.. set.Features.Select(value => new VerifiedValue(value.Name, value.Different, value.Missing, value.Extra))], set.Fields);
}

/// <summary>In how many vectors a value differs.</summary>
internal sealed record VerifiedValue(string Name, long Different, long Missing, long Extra);

/// <summary>One vector that differs; times in milliseconds since 1970.</summary>
internal sealed record VerifiedExample(string Kind, string FeatureSet, string EntityId, long BucketStart, int Revision, IReadOnlyList<FieldDifference> Fields);

[JsonSerializable(typeof(VerifyReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class VerifyReportJson : JsonSerializerContext;
