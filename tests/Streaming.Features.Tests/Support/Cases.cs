namespace Streaming.Features.Tests.Support;

/// <summary>Runs a law over many random cases; a failure names the seed that brings its case back.</summary>
internal static class Cases
{
    /// <summary>Checks a law.</summary>
    /// <param name="count">How many cases.</param>
    /// <param name="law">Throws where the case breaks the law.</param>
    /// <param name="only">One seed to run alone, when looking for a fault.</param>
    public static void Check(int count, Action<Random> law, int? only = null)
    {
        for (var seed = only ?? 1; seed <= (only ?? count); seed++)
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception fault)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {fault.Message}{Environment.NewLine}{fault.StackTrace}");
            }
        }
    }

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
