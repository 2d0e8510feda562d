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

    // Levenshtein's distance: how many letters must be changed, added or taken away.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
