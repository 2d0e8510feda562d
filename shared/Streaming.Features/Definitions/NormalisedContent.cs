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
        foreach (var feature in set.Features)
        {
            Line("feature", Quoted(feature.Name));
            Line(" metric", Quoted(feature.Metric));
            Line(" aggregate", feature.Aggregate.Word());
            Line(" missing", Missing(feature.Missing));
            Line(" unit", Quoted(feature.Unit));
        }

        return text.ToString();

        void Line(string name, string value) => text.Append(name).Append('=').Append(value).Append('\n');
    }

    private static string Missing(MissingPolicy policy) => policy.Kind switch
    {
        MissingPolicyKind.None => "none",
        MissingPolicyKind.Nan => "nan",
        _ => Number(policy.Constant),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string value) => JsonSerializer.Serialize(value);
}
