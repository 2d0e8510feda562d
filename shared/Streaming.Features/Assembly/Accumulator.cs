namespace Streaming.Features.Assembly;

/// <summary>Running sums that lose nothing that counts: a finite input never gives NaN, and what overflows becomes the greatest finite number.</summary>
internal static class Accumulator
{
    /// <summary>Adds to a sum, keeping what rounding leaves out.</summary>
    public static void AddToSum(ref double sum, ref double remainder, double value)
    {
        var total = sum + value;
        if (!double.IsFinite(total))
        {
            (sum, remainder) = (Bounded(total), 0);
            return;
        }

        // Exactly what was lost in the addition (Knuth's two-sum).
        var added = total - sum;
        remainder += (sum - (total - added)) + (value - added);
        sum = total;
    }

    /// <summary>
    /// Adds to a spread: the mean and the squared deviations of the values' differences from the first one (Welford's method). The shift keeps
    /// the digits of values that lie close together far from 0.
    /// </summary>
    public static void AddToSpread(Span<double> spread, double count, double value)
    {
        if (count == 1)
        {
            spread[0] = value;
            return;
        }

        var difference = Bounded(value - spread[0]);
        var before = Bounded(difference - spread[1]);
        spread[1] += before / count;
        spread[2] = Bounded(spread[2] + (before * (difference - spread[1])));
    }

    /// <summary>The sample standard deviation of a spread.</summary>
    public static double Deviation(double count, double squares) => Math.Sqrt(Math.Max(0, squares) / (count - 1));

    /// <summary>A number within what is finite.</summary>
    public static double Bounded(double value) => double.IsFinite(value) ? value : double.CopySign(double.MaxValue, value);
}
