namespace Streaming.Testing.Occupancy;

/// <summary>A linear discriminant of two classes. With one pooled covariance the log odds of a row are linear in its values.</summary>
internal sealed class LinearDiscriminant
{
    private readonly double[] _weights;
    private readonly double _offset;

    public LinearDiscriminant(List<(double[] Values, bool IsPositive)> rows)
    {
        var positive = rows.Where(row => row.IsPositive).Select(row => row.Values).ToList();
        var negative = rows.Where(row => !row.IsPositive).Select(row => row.Values).ToList();
        var (positiveMean, negativeMean) = (Mean(positive), Mean(negative));

        var size = positiveMean.Length;
        var covariance = new double[size, size];
        AddScatter(covariance, positive, positiveMean);
        AddScatter(covariance, negative, negativeMean);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                covariance[i, j] /= rows.Count - 2;
            }
        }

        // log odds = w·(x − middle of the means) + log of the ratio of the shares, with covariance · w = difference of the means
        _weights = Solve(covariance, [.. positiveMean.Zip(negativeMean, (a, b) => a - b)]);
        var middle = positiveMean.Zip(negativeMean, (a, b) => (a + b) / 2);
        _offset = Math.Log((double)positive.Count / negative.Count) - _weights.Zip(middle, (w, m) => w * m).Sum();
    }

    public double Probability(IReadOnlyList<double> values) => 1 / (1 + Math.Exp(-(_weights.Zip(values, (w, x) => w * x).Sum() + _offset)));

    private static double[] Mean(List<double[]> rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Sum(row => row[column]) / rows.Count)];

    private static void AddScatter(double[,] into, List<double[]> rows, double[] mean)
    {
        foreach (var row in rows)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                for (var j = 0; j < mean.Length; j++)
                {
                    into[i, j] += (row[i] - mean[i]) * (row[j] - mean[j]);
                }
            }
        }
    }

    /// <summary>Solves a symmetric positive definite system by Cholesky's decomposition, scaled to a unit diagonal since the columns' units differ by a factor of a million.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        var scale = Enumerable.Range(0, size).Select(i => 1 / Math.Sqrt(matrix[i, i])).ToArray();
        var lower = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i, j] * scale[i] * scale[j];
                for (var k = 0; k < j; k++)
                {
                    rest -= lower[i, k] * lower[j, k];
                }

                lower[i, j] = i == j ? Math.Sqrt(rest) : rest / lower[j, j];
            }
        }

        var solution = right.Select((value, i) => value * scale[i]).ToArray();
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                solution[i] -= lower[i, k] * solution[k];
            }

            solution[i] /= lower[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                solution[i] -= lower[k, i] * solution[k];
            }

            solution[i] /= lower[i, i];
        }

        return [.. solution.Select((value, i) => value * scale[i])];
    }
}
