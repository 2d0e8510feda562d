using System.Globalization;
using Streaming.Contracts;

namespace Streaming.Features.Replay;

/// <summary>Compares the content of two vectors of one identity: numbers by their bits, every NaN alike.</summary>
internal static class FieldComparison
{
    private const string NoValue = "missing";

    public static List<FieldDifference> Of(SetComparison set, FeatureVector served, FeatureVector computed)
    {
        var differences = new List<FieldDifference>();
        CompareValues(set, served, computed, differences);
        Compare("feature_set_hash", served.FeatureSetHash, computed.FeatureSetHash);
        Compare("bucket_end", Text(served.BucketEnd), Text(computed.BucketEnd));
        Compare("reading_count", Text(served.ReadingCount), Text(computed.ReadingCount));
        Compare("late_count", Text(served.LateCount), Text(computed.LateCount));
        Compare("completeness", Text(served.Completeness), Text(computed.Completeness));
        Compare("close_reason", served.CloseReason.ToSymbol(), computed.CloseReason.ToSymbol());
        Compare("input_partition", Text(served.InputPartition), Text(computed.InputPartition));
        Compare("first_offset", Text(served.FirstOffset), Text(computed.FirstOffset));
        Compare("last_offset", Text(served.LastOffset), Text(computed.LastOffset));
        return differences;

        void Compare(string field, string left, string right)
        {
            if (left != right)
            {
                set.Fields[field] = set.Fields.GetValueOrDefault(field) + 1;
                differences.Add(new FieldDifference(field, left, right));
            }
        }
    }

    private static void CompareValues(SetComparison set, FeatureVector served, FeatureVector computed, List<FieldDifference> differences)
    {
        if (served.Features.Length != set.Features.Count)
        {
            set.Fields["features"] = set.Fields.GetValueOrDefault("features") + 1;
            differences.Add(new FieldDifference("features", $"{served.Features.Length} values", $"{set.Features.Count} values"));
            return;
        }

        for (var i = 0; i < set.Features.Count; i++)
        {
            var (isServed, isComputed) = (!served.Missing.Contains(i), !computed.Missing.Contains(i));
            var isSame = BitConverter.DoubleToInt64Bits(served.Features[i]) == BitConverter.DoubleToInt64Bits(computed.Features[i]) || (double.IsNaN(served.Features[i]) && double.IsNaN(computed.Features[i]));
            if (isServed == isComputed && isSame)
            {
                continue;
            }

            var feature = set.Features[i];
            if (isServed == isComputed)
            {
                feature.Different++;
            }
            else if (isComputed)
            {
                feature.Missing++;
            }
            else
            {
                feature.Extra++;
            }

            differences.Add(new FieldDifference(feature.Name, Text(served.Features[i], isServed), Text(computed.Features[i], isComputed)));
        }
    }

    private static string Text(double value, bool isPresent) => isPresent ? Text(value) : double.IsNaN(value) ? NoValue : $"{NoValue}, filled with {Text(value)}";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
