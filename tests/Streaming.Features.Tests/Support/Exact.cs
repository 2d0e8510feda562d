using System.Numerics;

namespace Streaming.Features.Tests.Support;

/// <summary>Arithmetic on doubles that does not round until the end.</summary>
internal static class Exact
{
    // Every finite double is a whole multiple of the least one.
    private const int Scale = 1074;

    public static double Sum(IEnumerable<double> values) => Quotient(Total(values), 1, Scale);

    public static double Mean(IReadOnlyCollection<double> values) => Quotient(Total(values), values.Count, Scale);

    public static double Deviation(IReadOnlyCollection<double> values)
    {
        var sum = Total(values);
        var squares = values.Select(Of).Aggregate(BigInteger.Zero, (total, value) => total + (value * value));
        return Root((values.Count * squares) - (sum * sum), (BigInteger)values.Count * (values.Count - 1));
    }

    /// <summary>Least squares over time, per second.</summary>
    public static double Slope(IReadOnlyCollection<(long Time, double Value)> values)
    {
        BigInteger time = 0, value = 0, product = 0, square = 0;
        foreach (var (at, number) in values)
        {
            var exact = Of(number);
            time += at;
            value += exact;
            product += at * exact;
            square += (BigInteger)at * at;
        }

        return Quotient(1000 * ((values.Count * product) - (time * value)), (values.Count * square) - (time * time), Scale);
    }

    private static BigInteger Total(IEnumerable<double> values) => values.Select(Of).Aggregate(BigInteger.Zero, (total, value) => total + value);

    private static BigInteger Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7ff);
        var mantissa = (BigInteger)((bits & 0xf_ffff_ffff_ffff) | (exponent == 0 ? 0 : 1L << 52)) << Math.Max(0, exponent - 1);
        return bits < 0 ? -mantissa : mantissa;
    }

    /// <summary>The root of a quotient of squares, which itself may be greater than any double.</summary>
    private static double Root(BigInteger dividend, BigInteger divisor)
    {
        var shift = Math.Max(0, 240 - (int)(dividend.GetBitLength() - divisor.GetBitLength()));
        shift += shift % 2;
        var quotient = (dividend << shift) / divisor;
        var excess = Math.Max(0, (int)quotient.GetBitLength() - 240);
        excess += excess % 2;
        return Math.ScaleB(Math.Sqrt((double)(quotient >> excess)), ((excess - shift) / 2) - Scale);
    }

    private static double Quotient(BigInteger dividend, BigInteger divisor, int scale)
    {
        // A hundred digits more than a double holds.
        var shift = Math.Max(0, 160 - (int)(BigInteger.Abs(dividend).GetBitLength() - divisor.GetBitLength()));
        var quotient = (dividend << shift) / divisor;
        var excess = Math.Max(0, (int)BigInteger.Abs(quotient).GetBitLength() - 160);
        return Math.ScaleB((double)(quotient >> excess), excess - shift - scale);
    }
}
