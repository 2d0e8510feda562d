using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

/// <summary>The tables of the history.</summary>
internal static class SqliteTables
{
    public static VectorTable Vectors { get; } = new();

    public static PredictionTable Predictions { get; } = new();

    public static LabelTable Labels { get; } = new();

    public static DeploymentTable Deployments { get; } = new();

    public static JobTable Jobs { get; } = new();

    public static FeatureSetTable FeatureSets { get; } = new();

    /// <summary>The table that a row belongs to.</summary>
    public static SqliteTable Of(HistoryRow row) => row switch
    {
        VectorRow => Vectors,
        PredictionRow => Predictions,
        LabelRow => Labels,
        DeploymentRow => Deployments,
        JobRow => Jobs,
        FeatureSetRow => FeatureSets,
        _ => throw new ArgumentException($"'{row.GetType().Name}' is no kind of row that the history knows; give it a table first.", nameof(row)),
    };
}
