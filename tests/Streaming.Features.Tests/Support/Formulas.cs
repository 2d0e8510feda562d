namespace Streaming.Features.Tests.Support;

/// <summary>Expressions over two values, each with what it means, written another way. A value that is missing is NaN.</summary>
internal static class Formulas
{
    public static readonly (string Text, Func<double, double, double> Meaning)[] All =
    [
        ("{0} + {1} * 2", (a, b) => a + (b * 2)),
        ("({0} - {1}) ÷ 4 − 1", (a, b) => ((a - b) / 4) - 1),
        ("{0} / {1}", (a, b) => b == 0 ? double.NaN : a / b),
        ("abs({0}) × -{1}", (a, b) => Math.Abs(a) * -b),
        ("min({0}, {1}, 1.5)", (a, b) => double.IsNaN(a + b) ? double.NaN : new[] { a, b, 1.5 }.Min()),
        ("max({0}, {1})", (a, b) => double.IsNaN(a + b) ? double.NaN : new[] { a, b }.Max()),
        ("if({0} > {1}, {0} - {1}, 0.5)", (a, b) => double.IsNaN(a + b) ? double.NaN : a > b ? a - b : 0.5),
        ("if(present({0}), {0}, {1})", (a, b) => double.IsNaN(a) ? b : a),
        ("present({0}) and not present({1})", (a, b) => !double.IsNaN(a) && double.IsNaN(b) ? 1 : 0),
        ("{0} <= {1} or {0} == 2", (a, b) => a == 2 ? 1 : double.IsNaN(a + b) ? double.NaN : a <= b ? 1 : 0),
        ("(bucket_end - bucket_start) * {0} + 0 * {1}", (a, b) => a + b is double.NaN ? double.NaN : Length * a),
    ];

    /// <summary>The bucket's length in seconds, for the last of them.</summary>
    [ThreadStatic]
    public static double Length;

    public static readonly (string Text, Func<IReadOnlyDictionary<string, double>, bool> Meaning)[] Choices =
    [
        ("a > 0", metrics => metrics.TryGetValue("a", out var a) && a > 0),
        ("present(b) and b < 3", metrics => metrics.TryGetValue("b", out var b) && b < 3),
        ("not present(unused) or unused >= 0", metrics => !metrics.TryGetValue("unused", out var value) || value >= 0),
    ];
}
