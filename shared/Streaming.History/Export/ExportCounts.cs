using Streaming.History.Rows;

namespace Streaming.History.Export;

/// <summary>What an export has written so far.</summary>
public sealed class ExportCounts
{
    /// <summary>Different label values that are counted one by one; with more, as of a measured quantity, none are.</summary>
    public const int MostLabelValues = 100;

    private readonly long[] _states = new long[Enum.GetValues<LabelState>().Length];
    private readonly SortedDictionary<ExportedModel, long> _models = new(ExportedModel.Order);
    private SortedDictionary<string, long>? _labelValues = new(StringComparer.Ordinal);

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows whose vector is a revision: late readings changed it.</summary>
    public long Revised { get; private set; }

    /// <summary>Rows beside which a prediction stands.</summary>
    public long Predicted { get; private set; }

    /// <summary>Start of the first bucket in time; null where there is none.</summary>
    public long? FirstBucket { get; private set; }

    /// <summary>Start of the last one.</summary>
    public long? LastBucket { get; private set; }

    /// <summary>Rows by label, assumed ones included, in ordinal order; null beyond <see cref="MostLabelValues"/> different ones.</summary>
    public IReadOnlyDictionary<string, long>? LabelValues => _labelValues;

    /// <summary>Rows by the model that made their prediction.</summary>
    public IReadOnlyDictionary<ExportedModel, long> Models => _models;

    /// <summary>Rows of which so much is known.</summary>
    public long Of(LabelState state) => _states[(int)state];

    internal void Add(in ExportRow row, string? label)
    {
        Rows++;
        Revised += row.Vector.Revision > 0 ? 1 : 0;
        _states[(int)row.State]++;
        FirstBucket = Math.Min(FirstBucket ?? long.MaxValue, row.Vector.BucketStart);
        LastBucket = Math.Max(LastBucket ?? long.MinValue, row.Vector.BucketStart);
        if (label is not null && _labelValues is not null)
        {
            _labelValues[label] = _labelValues.GetValueOrDefault(label) + 1;
            _labelValues = _labelValues.Count > MostLabelValues ? null : _labelValues;
        }

        if (row.Prediction is { } prediction)
        {
            Predicted++;
            var model = ExportedModel.Of(prediction);
            _models[model] = _models.GetValueOrDefault(model) + 1;
        }
    }
}

/// <summary>A model whose predictions are in an export.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Of model.onnx, in hex.</param>
/// <param name="Stage">Its stage at the time.</param>
public sealed record ExportedModel(string Name, string Version, string Sha256, string Stage)
{
    internal static IComparer<ExportedModel> Order { get; } = Comparer<ExportedModel>.Create(static (one, other) => string.CompareOrdinal(one.Key, other.Key));

    private string Key => string.Join('\0', Name, Version, Sha256, Stage);

    internal static ExportedModel Of(PredictionRow prediction) => new(prediction.ModelName, prediction.ModelVersion, prediction.ModelSha256, prediction.Stage);
}
