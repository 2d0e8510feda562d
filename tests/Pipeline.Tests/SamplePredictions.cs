using System.Globalization;
using System.Text.Json;
using Streaming.History.Rows;
using Streaming.Pipeline.Tests.Chain;

namespace Streaming.Pipeline.Tests;

/// <summary>Predictions in a form in which equal ones are equal to the bit, however they were read.</summary>
internal static class SamplePredictions
{
    /// <summary>The hash of the sample's feature set, by the manifest of the model that was trained on it.</summary>
    public static string FeatureSetHash => File.ReadLines(Path.Combine(TestChain.SampleFolder("models"), "occupancy-lda", "model.yaml"))
        .Select(line => line.Trim().Split(' ')).Single(words => words[0] == "hash:")[1];

    /// <summary>As they were kept.</summary>
    public static SortedDictionary<string, string> Of(IEnumerable<PredictionRow> rows) => Sorted(rows.Select(row => (
        row.PredictionId,
        string.Join('|', row.EntityId, row.BucketStart, row.BucketEnd, row.Revision, row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash, row.Deployment, row.ModelName, row.ModelVersion, row.ModelSha256, row.Stage, Bits(row.Scores.ToArray()), row.Label, Bits([row.Threshold ?? double.NaN]), row.PipelineVersion))));

    /// <summary>As somebody else's client read them; a prediction that is there twice fails.</summary>
    public static SortedDictionary<string, string> Of(IEnumerable<JsonElement> records) => Sorted(records.Select(record => (
        Text(record, "prediction_id"),
        string.Join('|', Text(record, "entity_id"), Text(record, "bucket_start"), Text(record, "bucket_end"), Text(record, "revision"), Text(record, "feature_set"), Text(record, "feature_set_version"), Text(record, "feature_set_hash"), Text(record, "deployment"), Text(record, "model_name"), Text(record, "model_version"), Text(record, "model_sha256"), Text(record, "stage"), Bits(record.GetProperty("scores").EnumerateArray().Select(Hex)), Text(record, "label"), Bits([Hex(record.GetProperty("threshold"))]), Text(record, "pipeline_version")))));

    private static SortedDictionary<string, string> Sorted(IEnumerable<(string Id, string Content)> predictions)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, content) in predictions)
        {
            Assert.True(sorted.TryAdd(id, content), $"Prediction {id} is there twice.");
        }

        return sorted;
    }

    private static string Text(JsonElement record, string name) => record.GetProperty(name).ToString();

    private static string Bits(IEnumerable<double> values) =>
        string.Join(',', values.Select(value => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture)));

    private static double Hex(JsonElement element) => HexDouble.Parse(element.GetString()!);
}
