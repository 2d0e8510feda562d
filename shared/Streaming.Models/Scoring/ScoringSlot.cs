using Streaming.Models.Deployments;
using Streaming.Models.Telemetry;

namespace Streaming.Models.Scoring;

/// <summary>One deployment in a filter: its place, its rows of the batch in hand, and its counts.</summary>
internal sealed class ScoringSlot(ModelSlot slot) : IDisposable
{
    private double[] _rows = [];
    private double[] _scores = [];
    private int _count;

    public ModelSlot Slot => slot;

    public LoadedModel Model => slot.Running;

    public ModelStatistics Statistics { get; } = new(slot.Model.Deployment);

    /// <summary>Forgets the rows, and takes a model that was offered.</summary>
    public void Start()
    {
        _count = 0;
        slot.TakeOffered();
    }

    /// <summary>The place for a further row's values, kept only after <see cref="Keep"/>.</summary>
    public Span<double> NextRow()
    {
        var features = Model.Scorer.FeatureCount;
        var needed = (_count + 1) * features;
        if (_rows.Length < needed)
        {
            Array.Resize(ref _rows, Math.Max(needed, 2 * _rows.Length));
        }

        return _rows.AsSpan(_count * features, features);
    }

    /// <summary>Keeps the row.</summary>
    /// <returns>Its position.</returns>
    public int Keep() => _count++;

    /// <summary>Scores all rows.</summary>
    public void Score()
    {
        var scorer = Model.Scorer;
        var needed = _count * scorer.ScoreCount;
        if (_scores.Length < needed)
        {
            Array.Resize(ref _scores, Math.Max(needed, 2 * _scores.Length));
        }

        var began = ScoringMeter.Begin();
        scorer.Score(_rows.AsSpan(0, _count * scorer.FeatureCount), _count, _scores.AsSpan(0, needed));
        ScoringMeter.End(began, slot.Model.Deployment);
    }

    /// <summary>A row's scores.</summary>
    public ReadOnlySpan<double> ScoresOf(int row) => _scores.AsSpan(row * Model.Scorer.ScoreCount, Model.Scorer.ScoreCount);

    public void Dispose() => slot.Dispose();
}
