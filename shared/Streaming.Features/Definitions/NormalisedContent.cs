using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Streaming.Contracts;

namespace Streaming.Features.Definitions;

/// <summary>One text for one meaning: what a feature set's hash is taken of.</summary>
internal static class NormalisedContent
{
    public static string Hash(FeatureSetDefinition set) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(set))));

    /// <summary>A line for each field in a fixed order, numbers in their shortest exact form, texts as JSON strings.</summary>
    public static string Text(FeatureSetDefinition set)
    {
        var text = new StringBuilder("streaming feature set 1\n");
        Line("name", Quoted(set.Name));
        Line("version", Number(set.Version));
        Line("bucket", Number(set.Bucket));
        Line("align", Number(set.Align));
        Line("grace", Number(set.Grace));
        Line("idleClose", Number(set.IdleClose));
        Line("reviseFor", Number(set.ReviseFor));
        Line("reviseEvery", Number(set.ReviseEvery));
        Line("emit", set.Emit == EmitMode.Complete ? "complete" : "close");
        Line("scope", set.Scope.ToSymbol());
        Line("from", set.From is { } from ? Number(from) : "none");
        Line("expected", set.ExpectedReadings is { } expected ? Number(expected) : "none");
        Line("maxReadingsPerBucket", Number(set.MaxReadingsPerBucket));
        Line("maxOpenBuckets", Number(set.MaxOpenBuckets));
        Line("maxEntities", Number(set.MaxEntities));
        if (set.Where.Length > 0)
        {
            Line("where", Quoted(set.Where));
        }

        foreach (var feature in set.Features)
        {
            Line("feature", Quoted(feature.Name));
            foreach (var (name, value) in Source(feature))
            {
                Line(name, value);
            }

            Line(" missing", Missing(feature.Missing));
            Line(" unit", Quoted(feature.Unit));
        }

        if (set.Lags is { } lags)
        {
            Line("lags", Number(lags.Count));
            Line(" of", string.Join(',', lags.Of.Select(Quoted)));
            Line(" onlyPresent", lags.OnlyPresent ? "true" : "false");
            Line(" withCurrent", lags.WithCurrent ? "true" : "false");
        }

        return text.ToString();

        void Line(string name, string value) => text.Append(name).Append('=').Append(value).Append('\n');
    }

    private static IEnumerable<(string Name, string Value)> Source(FeatureDefinition feature)
    {
        switch (feature.Source)
        {
            case FeatureSource.Metric:
                yield return (" metric", Quoted(feature.Metric));
                yield return (" aggregate", feature.Aggregate.Word());
                if (feature.Aggregate == Aggregate.TimeAbove)
                {
                    yield return (" above", Number(feature.Above));
                }

                if (feature.Over is { } over)
                {
                    yield return (" over", Number(over));
                }

                break;
            case FeatureSource.Expression:
                yield return (" value", Quoted(feature.Expression));
                break;
            case FeatureSource.GroupMetric:
                yield return (" group metric", Quoted(feature.Metric));
                yield return (" max age", feature.MaxAge is { } age ? Number(age) : "none");
                break;
            case FeatureSource.GroupAggregate:
                yield return (" group feature", Quoted(feature.Feature));
                yield return (" aggregate", feature.Aggregate.Word());
                yield return (" max age", feature.MaxAge is { } kept ? Number(kept) : "none");
                break;
            default:
                yield return (feature.Source == FeatureSource.Attribute ? " attribute" : " group attribute", Quoted(feature.Attribute));
                yield return (" time", feature.IsTime ? "true" : "false");
                break;
        }
    }

    private static string Missing(MissingPolicy policy) => policy.Kind switch
    {
        MissingPolicyKind.None => "none",
        MissingPolicyKind.Nan => "nan",
        MissingPolicyKind.Skip => "skip",
        MissingPolicyKind.Last => $"last {Number(policy.MaxAge)}",
        _ => Number(policy.Constant),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string value) => JsonSerializer.Serialize(value);
}
