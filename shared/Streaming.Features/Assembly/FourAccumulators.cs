using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Streaming.Features.Assembly;

/// <summary>What <see cref="Accumulator"/> does, to the bit, for four metrics that lie side by side and keep the same.</summary>
internal static unsafe class FourAccumulators
{
    /// <summary>What can be kept of metrics that are taken in together.</summary>
    public const MetricParts Supported = MetricParts.Sum | MetricParts.Min | MetricParts.Max | MetricParts.Last | MetricParts.Spread;

    /// <summary>How many metrics.</summary>
    public const int Count = 4;

    // 2⁵²: with it as its high bits, an integer is a double whose difference from it is the integer.
    private const ulong IntegerBits = 0x4330_0000_0000_0000;

    /// <summary>Takes a value of each metric in.</summary>
    /// <param name="word">The first word of the first metric.</param>
    /// <param name="stride">How many words apart the words of a metric lie.</param>
    /// <param name="parts">What they are, of <see cref="Supported"/>.</param>
    /// <param name="values">Finite.</param>
    /// <param name="time">Event time since the bucket's start, in milliseconds.</param>
    /// <returns>False where a number would overflow or once did: nothing was changed, and each value is to be taken in alone.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(double* word, nint stride, MetricParts parts, Vector256<double> values, uint time)
    {
        var sum = word + stride;
        var least = sum + ((parts & MetricParts.Sum) != 0 ? 2 * stride : 0);
        var greatest = least + ((parts & MetricParts.Min) != 0 ? stride : 0);
        var last = greatest + ((parts & MetricParts.Max) != 0 ? stride : 0);
        var spread = last + ((parts & MetricParts.Last) != 0 ? stride : 0);

        var head = Vector256.Load((uint*)word);
        var counted = head + Vector256.Create(1UL).AsUInt32();
        var (total, remainder, first, mean, squares) = (values, values, values, values, values);
        if ((parts & MetricParts.Sum) != 0)
        {
            var before = Vector256.Load(sum);
            total = before + values;
            var added = total - before;
            remainder = Vector256.Load(sum + stride) + ((before - (total - added)) + (values - added));
        }

        if ((parts & MetricParts.Spread) != 0)
        {
            var count = ((counted.AsUInt64() & Vector256.Create((ulong)uint.MaxValue)) | Vector256.Create(IntegerBits)).AsDouble() - Vector256.Create(IntegerBits).AsDouble();
            first = Vector256.ConditionalSelect(Vector256.Equals(count, Vector256<double>.One), values, Vector256.Load(spread));
            mean = Vector256.Load(spread + stride);
            var difference = values - first;
            var before = difference - mean;
            mean += before / count;
            squares = Vector256.Load(spread + (2 * stride)) + (before * (difference - mean));
        }

        // What is not finite differs from itself by more than nothing.
        if (((remainder - remainder) + (squares - squares)) != Vector256<double>.Zero)
        {
            return false;
        }

        var times = Vector256.Create((ulong)time << 32).AsUInt32();
        Vector256.Store(Vector256.Max(counted, times), (uint*)word);
        if ((parts & MetricParts.Sum) != 0)
        {
            Vector256.Store(total, sum);
            Vector256.Store(remainder, sum + stride);
        }

        if ((parts & MetricParts.Min) != 0)
        {
            var before = Vector256.Load(least);
            Vector256.Store(Vector256.ConditionalSelect(Vector256.LessThan(values, before), values, before), least);
        }

        if ((parts & MetricParts.Max) != 0)
        {
            var before = Vector256.Load(greatest);
            Vector256.Store(Vector256.ConditionalSelect(Vector256.GreaterThan(values, before), values, before), greatest);
        }

        if ((parts & MetricParts.Last) != 0)
        {
            // The latest time is the upper half of each head.
            var isLast = Vector256.Shuffle(Vector256.GreaterThanOrEqual(times, head), Vector256.Create(1u, 1, 3, 3, 5, 5, 7, 7)).AsDouble();
            Vector256.Store(Vector256.ConditionalSelect(isLast, values, Vector256.Load(last)), last);
        }

        if ((parts & MetricParts.Spread) != 0)
        {
            Vector256.Store(first, spread);
            Vector256.Store(mean, spread + stride);
            Vector256.Store(squares, spread + (2 * stride));
        }

        return true;
    }
}
