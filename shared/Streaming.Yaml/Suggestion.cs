namespace Streaming.Yaml;

/// <summary>What somebody who mistyped a word may have meant.</summary>
public static class Suggestion
{
    /// <summary>The known word that is nearest to another, as the end of a message; empty where none is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        var best = known.Select(candidate => (Candidate: candidate, Distance: Distance(Folded(word), Folded(candidate)))).MinBy(pair => pair.Distance);
        return best.Candidate is not null && best.Distance <= Math.Max(1, best.Candidate.Length / 3) ? $" Did you mean '{best.Candidate}'?" : "";
    }

    // Case, dashes and underscores are what people mix up most.
    private static string Folded(string word) => word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
