using System.Runtime.CompilerServices;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>Running values that lose nothing that counts: a finite input never gives NaN, and what overflows becomes the greatest finite number.</summary>
internal static unsafe class Accumulator
{
    /// <summary>What makes values so small that no sum of squares of them overflows: 2⁻⁶⁰⁰.</summary>
    public const double Scale = 2.409919865102884e-181;

    /// <summary>Makes a metric's words those of no reading.</summary>
    public static void Clear(double* words, in MetricPlan plan)
    {
        for (var word = 0; word < plan.Words; word++)
        {
            words[plan.At + (word * plan.Stride)] = 0;
        }

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

    /// <summary>What an aggregate is of a metric's words; NaN where it is missing.</summary>
    public static double Value(double* words, in MetricPlan metric, Aggregate aggregate) => metric.Count(words) < FeaturePlan.Least(aggregate) ? double.NaN : aggregate switch
    {
        Aggregate.Count => metric.Count(words),
        Aggregate.Sum => Total(words + metric.Sum, metric.Stride),
        Aggregate.Mean => Mean(words + metric.Sum, metric.Count(words), metric.Stride),
        Aggregate.Min => words[metric.Min],
        Aggregate.Max => words[metric.Max],
        Aggregate.Range => Bounded(words[metric.Max] - words[metric.Min]),
        Aggregate.First => metric.FirstValue(words),
        Aggregate.Last => words[metric.Last],
        Aggregate.Stddev => Deviation(words + metric.Spread, metric.Count(words), metric.Stride),
        _ => throw new InvalidOperationException($"The aggregate {aggregate} has no computation."),
    };

    /// <summary>Takes a value in.</summary>
    /// <param name="word">The first of the metric's words.</param>
    /// <param name="stride">How many words apart they lie.</param>
    /// <param name="parts">What they are.</param>
    /// <param name="value">Finite.</param>
    /// <param name="time">Event time since the bucket's start, in milliseconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(double* word, nint stride, MetricParts parts, double value, uint time)
    {
        var head = (uint*)word;
        var count = ++head[0];
        var isLast = time >= head[1];
        head[1] = isLast ? time : head[1];
        word += stride;
        if ((parts & MetricParts.Sum) != 0)
        {
            AddToSum(word, value, stride);
            word += 2 * stride;
        }

        if ((parts & MetricParts.Min) != 0)
        {
            *word = value < *word ? value : *word;
            word += stride;
        }

        if ((parts & MetricParts.Max) != 0)
        {
            *word = value > *word ? value : *word;
            word += stride;
        }

        if ((parts & MetricParts.First) != 0)
        {
            if (time < *(uint*)word)
            {
                *(uint*)word = time;
                word[stride] = value;
            }

            word += 2 * stride;
        }

        if ((parts & MetricParts.Last) != 0)
        {
            *word = isLast ? value : *word;
            word += stride;
        }

        if ((parts & MetricParts.Spread) != 0)
        {
            AddToSpread(word, stride, count, value, parts, time);
        }
    }

    /// <summary>Adds to a sum (word 0), keeping what rounding leaves out (word 1). A sum that overflows goes on <see cref="Scale"/> times smaller, with NaN in word 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToSum(double* word, double value, nint stride = 1)
    {
        var sum = word[0];
        var total = sum + value;

        // Exactly what was lost in the addition (Knuth's two-sum).
        var added = total - sum;
        var remainder = word[stride] + ((sum - (total - added)) + (value - added));
        if (double.IsFinite(remainder))
        {
            word[0] = total;
            word[stride] = remainder;
        }
        else
        {
            ScaleSum(word, stride);
            word[0] += value * Scale;
        }
    }

    /// <summary>Adds a sum, the words of which may lie apart, to a sum.</summary>
    public static void AddSumToSum(double* word, double* other, nint stride = 1)
    {
        if (double.IsNaN(other[stride]))
        {
            ScaleSum(word, 1);
            word[0] += other[0];
        }
        else
        {
            AddToSum(word, other[0]);
            AddToSum(word, other[stride]);
        }
    }

    /// <summary>
    /// A sum as one number, at most the greatest finite one. Of n values it is wrong by at most half a unit in its last place and n² · 2⁻¹⁰⁶ times the sum of their
    /// magnitudes; where it once was greater than any number, by n · 2⁻⁵³ times that sum.
    /// </summary>
    public static double Total(double* word, nint stride = 1) => double.IsNaN(word[stride]) ? Bounded(word[0] / Scale) : Bounded(word[0] + word[stride]);

    /// <summary>A sum over a count.</summary>
    public static double Mean(double* word, double count, nint stride = 1) => double.IsNaN(word[stride]) ? Bounded(word[0] / count / Scale) : (word[0] + word[stride]) / count;

    /// <summary>
    /// The sample standard deviation of a spread, at most the greatest finite number. What is below 10⁻¹⁵⁰ is not told apart from 0, since its square is none.
    /// </summary>
    public static double Deviation(double* spread, double count, nint stride = 1) =>
        double.IsNaN(spread[stride]) ? Bounded(Math.Sqrt(spread[2 * stride] / (count - 1)) / Scale) : Math.Sqrt(Math.Max(0, spread[2 * stride]) / (count - 1));

    /// <summary>A number within what is finite.</summary>
    public static double Bounded(double value) => double.IsFinite(value) ? value : double.CopySign(double.MaxValue, value);

    /// <summary>
    /// Adds to a spread: the mean and the squared deviations of the values' differences from the first one (Welford's method). The shift keeps
    /// the digits of values that lie close together far from 0. A trend goes along.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToSpread(double* spread, nint stride, uint count, double value, MetricParts parts, uint time)
    {
        if (count == 1)
        {
            spread[0] = value;
            if ((parts & MetricParts.Trend) != 0)
            {
                spread[3 * stride] = time;
            }

            return;
        }

        var difference = value - spread[0];
        var before = difference - spread[stride];
        var mean = spread[stride] + (before / count);
        var after = difference - mean;
        var squares = spread[2 * stride] + (before * after);
        var hasTrend = (parts & MetricParts.Trend) != 0;
        var products = hasTrend ? spread[5 * stride] + ((time - spread[3 * stride]) * after) : 0;
        if (double.IsFinite(squares + products))
        {
            spread[stride] = mean;
            spread[2 * stride] = squares;
        }
        else
        {
            products = AddToScaledSpread(spread, stride, count, value, hasTrend, time);
        }

        if (hasTrend)
        {
            var timeBefore = time - spread[3 * stride];
            spread[3 * stride] += timeBefore / count;
            spread[4 * stride] += timeBefore * (time - spread[3 * stride]);
            spread[5 * stride] = products;
        }
    }

    /// <summary>What squares would overflow of goes on <see cref="Scale"/> times smaller: word 0 is the mean itself, word 1 NaN.</summary>
    /// <returns>The products.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double AddToScaledSpread(double* spread, nint stride, uint count, double value, bool hasTrend, uint time)
    {
        ScaleSpread(spread, hasTrend, stride);
        var before = (value * Scale) - spread[0];
        spread[0] += before / count;
        var after = (value * Scale) - spread[0];
        spread[2 * stride] += before * after;
        return hasTrend ? spread[5 * stride] + ((time - spread[3 * stride]) * after) : 0;
    }

    /// <summary>Makes a spread <see cref="Scale"/> times smaller, where it is not yet.</summary>
    public static void ScaleSpread(double* spread, bool hasTrend, nint stride = 1)
    {
        if (double.IsNaN(spread[stride]))
        {
            return;
        }

        spread[0] = (spread[0] * Scale) + (spread[stride] * Scale);
        spread[stride] = double.NaN;
        spread[2 * stride] = spread[2 * stride] * Scale * Scale;
        if (hasTrend)
        {
            spread[5 * stride] *= Scale;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaleSum(double* word, nint stride)
    {
        if (!double.IsNaN(word[stride]))
        {
            word[0] = (word[0] * Scale) + (word[stride] * Scale);
            word[stride] = double.NaN;
        }
    }
}
