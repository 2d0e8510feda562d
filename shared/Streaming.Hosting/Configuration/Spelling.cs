namespace Streaming.Hosting;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
internal static class Spelling
{
    private const int LettersPerMistake = 3;

    /// <summary>The known name that is nearest, whatever the case; null where none is near: one letter in three may differ.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var upper = name.ToUpperInvariant();
        var (nearest, distance) = known
            .Select(candidate => (candidate, distance: Distance(upper, candidate.ToUpperInvariant())))
            .DefaultIfEmpty((candidate: "", distance: int.MaxValue))
            .MinBy(pair => pair.distance);
        return distance <= name.Length / LettersPerMistake ? nearest : null;
    }

    // How many letters must be changed, added, taken away or exchanged with their neighbour (the optimal string alignment distance).
    private static int Distance(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                costs[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[one.Length, other.Length];
    }
}
