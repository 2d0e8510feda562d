namespace Streaming.Monitoring;

/// <summary>How often each label was predicted where each was true, with the usual ratios. A ratio whose denominator is 0 is null.</summary>
public sealed class ConfusionMatrix
{
    private readonly SortedSet<string> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Actual, string Predicted), long> _counts = [];

    /// <summary>Every label that was true or predicted, in ordinal order.</summary>
    public IReadOnlyCollection<string> Classes => _classes;

    /// <summary>How many predictions were judged.</summary>
    public long Total { get; private set; }

    /// <summary>How many of them were right.</summary>
    public long Correct { get; private set; }

    /// <summary>Right ones over all, 0 to 1.</summary>
    public double? Accuracy => Ratio(Correct, Total);

    /// <summary>The mean of <see cref="Precision"/> over the classes that have one.</summary>
    public double? MacroPrecision => Mean(Precision);

    /// <summary>The mean of <see cref="Recall"/> over the classes that have one.</summary>
    public double? MacroRecall => Mean(Recall);

    /// <summary>The mean of <see cref="F1"/> over the classes that have one.</summary>
    public double? MacroF1 => Mean(F1);

    /// <summary>The matrix of joined buckets; those without truth or without a predicted label are left out.</summary>
    public static ConfusionMatrix Of(IEnumerable<JudgedBucket> judged)
    {
        var matrix = new ConfusionMatrix();
        foreach (var bucket in judged)
        {
            if (bucket is { Truth: { } truth, Prediction.Label: { } predicted })
            {
                matrix.Add(truth.Value, predicted);
            }
        }

        return matrix;
    }

    /// <summary>Counts judged predictions.</summary>
    /// <param name="actual">The truth.</param>
    /// <param name="predicted">What was predicted.</param>
    /// <param name="count">How many; not negative.</param>
    public void Add(string actual, string predicted, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0)
        {
            return;
        }

        _classes.Add(actual);
        _classes.Add(predicted);
        _counts[(actual, predicted)] = Count(actual, predicted) + count;
        Total += count;
        Correct += string.Equals(actual, predicted, StringComparison.Ordinal) ? count : 0;
    }

    /// <summary>Counts everything that another matrix has counted.</summary>
    public void Add(ConfusionMatrix other)
    {
        foreach (var (cell, count) in other._counts.ToArray())
        {
            Add(cell.Actual, cell.Predicted, count);
        }
    }

    /// <summary>How often one label was predicted where another was true.</summary>
    public long Count(string actual, string predicted) => _counts.GetValueOrDefault((actual, predicted));

    /// <summary>Of those predicted as a class, the share that was; null where none was predicted.</summary>
    public double? Precision(string label) => Ratio(Count(label, label), _classes.Sum(actual => Count(actual, label)));

    /// <summary>Of those that were of a class, the share predicted so; null where none was.</summary>
    public double? Recall(string label) => Ratio(Count(label, label), _classes.Sum(predicted => Count(label, predicted)));

    /// <summary>The harmonic mean of precision and recall: twice the right ones over those predicted and those that were; null where there is neither.</summary>
    public double? F1(string label) =>
        Ratio(2 * Count(label, label), _classes.Sum(other => Count(other, label) + Count(label, other)));

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private double? Mean(Func<string, double?> ratio)
    {
        List<double> defined = [.. _classes.Select(ratio).OfType<double>()];
        return defined.Count == 0 ? null : defined.Average();
    }
}
