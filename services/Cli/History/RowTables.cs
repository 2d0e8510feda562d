using System.Globalization;
using Streaming.Cli.Rendering;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.Cli.History;

/// <summary>Pages of rows for people.</summary>
internal static class RowTables
{
    private const string None = "-";

    /// <summary>Vectors, a column for each feature where all are of one feature set, else one for all of them.</summary>
    public static TextTable Of(IReadOnlyList<VectorRow> rows, FeatureNames names)
    {
        var alike = rows.Select(row => (row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash, row.Features.Length)).Distinct().Count() == 1;
        var columns = alike ? names.Of(rows[0]) : ["features"];
        var table = new TextTable(["entity", "bucket", "feature set", "revision", "known", .. columns]);
        foreach (var row in rows)
        {
            string[] values = [.. row.Features.ToArray().Select(Number)];
            var cells = alike ? values : [string.Join(' ', names.Of(row).Zip(values, (name, value) => $"{name}={value}"))];
            table.Add([row.EntityId, TimeText.Of(row.BucketStart), $"{row.FeatureSet}:{row.FeatureSetVersion}", Whole(row.Revision), Known(row.Origin), .. cells]);
        }

        return table;
    }

    public static TextTable Of(IReadOnlyList<PredictionRow> rows)
    {
        var table = new TextTable("entity", "bucket", "deployment", "model", "stage", "revision", "known", "label", "scores");
        foreach (var row in rows)
        {
            table.Add(
                row.EntityId,
                TimeText.Of(row.BucketStart),
                row.Deployment,
                $"{row.ModelName}:{row.ModelVersion}",
                row.Stage,
                Whole(row.Revision),
                Known(row.Origin),
                row.Label ?? None,
                string.Join(' ', row.Scores.ToArray().Select(Number)));
        }

        return table;
    }

    public static TextTable Of(IReadOnlyList<LabelRow> rows)
    {
        var table = new TextTable("entity", "time", "until", "name", "value", "known", "source");
        foreach (var row in rows)
        {
            table.Add(row.EntityId, TimeText.Of(row.EventTime), row.EventEnd is { } end ? TimeText.Of(end) : None, row.Name, row.Value, Known(row.Origin), row.Source);
        }

        return table;
    }

    public static TextTable Of(IReadOnlyList<string> entities)
    {
        var table = new TextTable("entity");
        foreach (var entity in entities)
        {
            table.Add(entity);
        }

        return table;
    }

    private static string Known(RecordOrigin origin) => origin.KnownTime == RecordOrigin.Unstamped ? None : TimeText.Of(origin.KnownTime);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => double.IsNaN(value) ? None : value.ToString("R", CultureInfo.InvariantCulture);
}
