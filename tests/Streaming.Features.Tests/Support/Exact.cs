using System.Numerics;

namespace Streaming.Features.Tests.Support;

/// <summary>Arithmetic on doubles that does not round until the end.</summary>
internal static class Exact
{
    // Every finite double is a whole multiple of the least one.
    private const int Scale = 1074;

    public static double Mean(IReadOnlyCollection<double> values) => Quotient(Sum(values), values.Count, Scale);

    public static double Deviation(IReadOnlyCollection<double> values)
    {
        var sum = Sum(values);
        var squares = values.Select(Of).Aggregate(BigInteger.Zero, (total, value) => total + (value * value));
        return Math.Sqrt(Quotient((values.Count * squares) - (sum * sum), (BigInteger)values.Count * (values.Count - 1), 2 * Scale));
    }

    private static BigInteger Sum(IEnumerable<double> values) => values.Select(Of).Aggregate(BigInteger.Zero, (total, value) => total + value);

    private static BigInteger Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7ff);
        var mantissa = (BigInteger)((bits & 0xf_ffff_ffff_ffff) | (exponent == 0 ? 0 : 1L << 52)) << Math.Max(0, exponent - 1);
        return bits < 0 ? -mantissa : mantissa;
    }

    private static double Quotient(BigInteger dividend, BigInteger divisor, int scale)
    {
        // A hundred digits more than a double holds.
        var shift = Math.Max(0, 160 - (int)(dividend.GetBitLength() - divisor.GetBitLength()));
        var quotient = (dividend << shift) / divisor;
        var excess = Math.Max(0, (int)quotient.GetBitLength() - 160);
        return Math.ScaleB((double)(quotient >> excess), excess - shift - scale);
    }
}
