namespace Streaming.History.Export;

/// <summary>An export's columns, and how a row becomes cells.</summary>
public sealed class ExportTable
{
    private readonly ExportQuery _query;
    private readonly int _scores;
    private readonly List<ExportColumn> _columns = [];

    /// <summary>The table of a query.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="scores">How many scores the deployment's predictions have at most.</param>
    public ExportTable(ExportQuery query, int scores)
    {
        ArgumentNullException.ThrowIfNull(query);
        _query = query;
        _scores = query.Deployment is null ? 0 : scores;
        Add("entity_id", ColumnKind.Text, "The entity.");
        Add("bucket_start", ColumnKind.Time, "Start of the bucket, inclusive.");
        Add("bucket_end", ColumnKind.Time, "End of the bucket, exclusive.");
        Add("revision", ColumnKind.Integer, "The vector's revision; 0 is the first that was served.");
        Add("known_time", ColumnKind.Time, "From when the vector was known; empty where the broker did not stamp it.", optional: true);
        Add("completeness", ColumnKind.Number, "How much of what was expected came, 0 to 1.", optional: true);
        if (query.Label is { } rule)
        {
            Add("label", ColumnKind.Text, $"The truth by labels '{rule.Name}'; label_state says why it is empty.", optional: true);
            Add("label_state", ColumnKind.Text, "known: a label joins the bucket; assumed: none came, and that was said to mean this value; missing: none came; immature: too early to say.");
            Add("label_known_time", ColumnKind.Time, "From when the label was known.", optional: true);
        }

        if (query.Deployment is { } deployment)
        {
            Add("prediction_revision", ColumnKind.Integer, $"The vector's revision that '{deployment}' scored.", optional: true);
            Add("model", ColumnKind.Text, "Name and version of the model that scored.", optional: true);
            Add("predicted_label", ColumnKind.Text, "The label that was predicted.", optional: true);
            for (var score = 1; score <= _scores; score++)
            {
                Add($"score_{score}", ColumnKind.Number, "A score, in the order of the model's labels.", optional: true);
            }
        }

        foreach (var feature in query.FeatureSet.Columns)
        {
            _columns.Add(new ExportColumn(Free(feature.Name), ColumnKind.Number, IsOptional: true, feature.Unit, feature.Description));
        }
    }

    /// <summary>The columns, in their order.</summary>
    public IReadOnlyList<ExportColumn> Columns => _columns;

    /// <summary>The label in a row's cell; null where it is empty.</summary>
    public string? LabelOf(in ExportRow row) => row.State switch
    {
        LabelState.Known => row.Label?.Value,
        LabelState.Assumed => _query.Label?.Assumed,
        _ => null,
    };

    /// <summary>Writes a row's cells, in the order of the columns.</summary>
    /// <exception cref="HistoryUnusableException">A prediction has more scores than there are columns.</exception>
    internal void Write(in ExportRow row, RowWriter into)
    {
        var vector = row.Vector;
        into.Begin();
        into.Text(vector.EntityId);
        into.Time(vector.BucketStart);
        into.Time(vector.BucketEnd);
        into.Integer(vector.Revision);
        into.Time(Stamped(vector.Origin.KnownTime));
        into.Number(vector.Completeness);
        if (_query.Label is not null)
        {
            into.Text(LabelOf(row));
            into.Text(Word(row.State));
            into.Time(Stamped(row.Label?.Origin.KnownTime));
        }

        if (_query.Deployment is not null)
        {
            WritePrediction(row, into);
        }

        foreach (var value in vector.Features.Span)
        {
            into.Number(value);
        }

        into.End();
    }

    private static long? Stamped(long? knownTime) => knownTime == Monitoring.RecordOrigin.Unstamped ? null : knownTime;

    private static string Word(LabelState state) => state switch
    {
        LabelState.Known => "known",
        LabelState.Assumed => "assumed",
        LabelState.Missing => "missing",
        LabelState.Immature => "immature",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "has no word: no labels were asked for."),
    };

    private void WritePrediction(in ExportRow row, RowWriter into)
    {
        var prediction = row.Prediction;
        var scores = prediction is null ? default : prediction.Scores.Span;
        if (scores.Length > _scores)
        {
            throw new HistoryUnusableException(
                $"The prediction {prediction!.PredictionId} has {scores.Length} scores, and when the export began there were {_scores} at most: the history was written to meanwhile; export again.");
        }

        into.Integer(prediction?.Revision);
        into.Text(prediction is null ? null : $"{prediction.ModelName}:{prediction.ModelVersion}");
        into.Text(prediction?.Label);
        for (var score = 0; score < _scores; score++)
        {
            into.Number(score < scores.Length ? scores[score] : double.NaN);
        }
    }

    private void Add(string name, ColumnKind kind, string description, bool optional = false) => _columns.Add(new ExportColumn(name, kind, optional, "", description));

    /// <summary>A feature's own name, but where another column has it already.</summary>
    private string Free(string name)
    {
        while (_columns.Exists(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            name = "feature_" + name;
        }

        return name;
    }
}
