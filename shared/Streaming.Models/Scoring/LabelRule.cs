using Streaming.Models.Packages;

namespace Streaming.Models.Scoring;

/// <summary>
/// Turns scores into a label: with a threshold the positive label where its score is at or above it, else the greatest of the others; without
/// one the label with the greatest score. Of equal scores the first wins.
/// </summary>
public sealed class LabelRule
{
    private const double EvenOdds = 0.5;

    private readonly int _labels;
    private readonly int _positive;
    private readonly double? _threshold;

    /// <summary>The rule of a model.</summary>
    public LabelRule(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _labels = manifest.Labels.Count;
        _positive = manifest.PositiveIndex;
        _threshold = manifest.Threshold;
    }

    /// <summary>Position of the label that scores give; -1 for a model without labels.</summary>
    /// <param name="scores">One for each label, or the positive label's alone.</param>
    public int LabelOf(ReadOnlySpan<double> scores)
    {
        if (_labels == 0)
        {
            return -1;
        }

        if (scores.Length == 1)
        {
            return scores[0] >= (_threshold ?? EvenOdds) ? _positive : 1 - _positive;
        }

        if (_threshold is { } threshold && scores[_positive] >= threshold)
        {
            return _positive;
        }

        var best = -1;
        for (var index = 0; index < scores.Length; index++)
        {
            if ((_threshold is null || index != _positive) && (best < 0 || scores[index] > scores[best]))
            {
                best = index;
            }
        }

        return best;
    }
}
