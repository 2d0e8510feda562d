using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>Running values that lose nothing that counts: a finite input never gives NaN, and what overflows becomes the greatest finite number.</summary>
internal static unsafe class Accumulator
{
    /// <summary>Makes a metric's words those of no reading.</summary>
    public static void Clear(double* words, in MetricPlan plan)
    {
        new Span<double>(words + plan.At, plan.End - plan.At).Clear();
        if (plan.Has(MetricParts.Min))
        {
            words[plan.Min] = double.PositiveInfinity;
        }

        if (plan.Has(MetricParts.Max))
        {
            words[plan.Max] = double.NegativeInfinity;
        }

        if (plan.Has(MetricParts.First))
        {
            *(uint*)(words + plan.First) = uint.MaxValue;
        }
    }

    /// <summary>Takes a value in.</summary>
    /// <param name="word">The first of the metric's words.</param>
    /// <param name="parts">What they are.</param>
    /// <param name="value">Finite.</param>
    /// <param name="time">Event time since the bucket's start, in milliseconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(double* word, MetricParts parts, double value, uint time)
    {
        var head = (uint*)word;
        var count = ++head[0];
        var isLast = time >= head[1];
        head[1] = isLast ? time : head[1];
        word++;
        if ((parts & MetricParts.Sum) != 0)
        {
            AddToSum(word, value);
            word += 2;
        }

        if ((parts & MetricParts.Min) != 0)
        {
            *word = value < *word ? value : *word;
            word++;
        }

        if ((parts & MetricParts.Max) != 0)
        {
            *word = value > *word ? value : *word;
            word++;
        }

        if ((parts & MetricParts.First) != 0)
        {
            if (time < *(uint*)word)
            {
                *(uint*)word = time;
                word[1] = value;
            }

            word += 2;
        }

        if ((parts & MetricParts.Last) != 0)
        {
            *word = isLast ? value : *word;
            word++;
        }

        if ((parts & MetricParts.Spread) != 0)
        {
            AddToSpread(word, count, value, parts, time);
        }
    }

    /// <summary>Adds to a sum (word 0), keeping what rounding leaves out (word 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToSum(double* word, double value)
    {
        var sum = word[0];
        var total = sum + value;

        // Exactly what was lost in the addition (Knuth's two-sum).
        var added = total - sum;
        var remainder = word[1] + ((sum - (total - added)) + (value - added));
        if (double.IsFinite(remainder))
        {
            word[0] = total;
            word[1] = remainder;
        }
        else
        {
            word[0] = Bounded(total);
            word[1] = 0;
        }
    }

    /// <summary>The sample standard deviation of a spread.</summary>
    public static double Deviation(double count, double squares) => Math.Sqrt(Math.Max(0, squares) / (count - 1));

    /// <summary>A number within what is finite.</summary>
    public static double Bounded(double value) => double.IsFinite(value) ? value : double.CopySign(double.MaxValue, value);

    /// <summary>
    /// Adds to a spread: the mean and the squared deviations of the values' differences from the first one (Welford's method). The shift keeps
    /// the digits of values that lie close together far from 0. A trend goes along.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToSpread(double* spread, uint count, double value, MetricParts parts, uint time)
    {
        if (count == 1)
        {
            spread[0] = value;
            if ((parts & MetricParts.Trend) != 0)
            {
                spread[3] = time;
            }

            return;
        }

        var difference = value - spread[0];
        var before = difference - spread[1];
        var mean = spread[1] + (before / count);
        var after = difference - mean;
        var squares = spread[2] + (before * after);
        if (!double.IsFinite(squares))
        {
            before = Bounded(Bounded(difference) - spread[1]);
            mean = spread[1] + (before / count);
            after = Bounded(difference) - mean;
            squares = Bounded(spread[2] + (before * after));
        }

        if ((parts & MetricParts.Trend) != 0)
        {
            var timeBefore = time - spread[3];
            spread[3] += timeBefore / count;
            spread[4] += timeBefore * (time - spread[3]);
            spread[5] = Bounded(spread[5] + Bounded(timeBefore * after));
        }

        spread[1] = mean;
        spread[2] = squares;
    }
}
