namespace Streaming.Yaml;

/// <summary>What somebody who mistyped a word may have meant.</summary>
public static class Suggestion
{
    private const int LettersPerMistake = 3;

    /// <summary>The known word that is nearest, whatever the case and without dashes and underscores; null where none is near: one letter in
    /// three of the shorter word may differ, and one in any.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        var folded = Folded(word);
        var (nearest, distance) = known
            .Select(candidate => (candidate, distance: Distance(folded, Folded(candidate))))
            .DefaultIfEmpty((candidate: "", distance: int.MaxValue))
            .MinBy(pair => pair.distance);
        return distance <= Math.Max(1, Math.Min(word.Length, nearest.Length) / LettersPerMistake) ? nearest : null;
    }

    /// <summary>The known word that is nearest, as the end of a message; empty where none is near.</summary>
    public static string For(string word, IEnumerable<string> known) => Nearest(word, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    // Case, dashes and underscores are what people mix up most.
    private static string Folded(string word) => word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

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
