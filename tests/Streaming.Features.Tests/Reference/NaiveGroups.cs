using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>
/// What members of groups would have said, as simply as it can be written: words are put into the logs of all partitions where they belong, and everything is computed from the start, until what is
/// said is what was put in.
/// </summary>
internal static class NaiveGroups
{
    /// <summary>What each partition gives, in order.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="computed">Hashes of those whose words are not taken from the logs.</param>
    /// <param name="logs">The log of each partition, with append times.</param>
    public static List<List<Expected>> Run(IReadOnlyList<FeatureSetDefinition> sets, IReadOnlySet<string> computed, IReadOnlyList<List<(Entry Entry, long Appended)>> logs)
    {
        var words = new List<Word>();
        while (true)
        {
            var (next, given) = Once(sets, computed, logs, words);
            if (next.Select(Text).SequenceEqual(words.Select(Text)))
            {
                return given;
            }

            words = next;
        }
    }

    private static (List<Word> Words, List<List<Expected>> Given) Once(
        IReadOnlyList<FeatureSetDefinition> sets, IReadOnlySet<string> computed, IReadOnlyList<List<(Entry Entry, long Appended)>> logs, List<Word> words)
    {
        var (said, given) = (new List<Word>(), new List<List<Expected>>());
        foreach (var (partition, log) in logs.Index())
        {
            // A record of the log comes before every word of its moment; words of a moment come in the order of what they answer.
            var records = log.Select((record, offset) => new Placed(record.Entry, offset, log.Take(offset + 1).Max(earlier => earlier.Appended), 0, offset))
                .Where(record => record.Entry is not Said member || !computed.Contains(member.Hash))
                .Concat(words.Select((word, position) => new Placed(word.Said, -1, word.Moment, word.Answer, position)))
                .OrderBy(record => record.Moment).ThenBy(record => record.Answer).ThenBy(record => record.Position).ToList();
            var outputs = NaiveAssembly.Each(sets, records.Select(record => (record.Entry, record.Offset)));
            given.Add([.. outputs.SelectMany(output => output)]);
            said.AddRange(records.Zip(outputs).SelectMany(pair => pair.Second.Where(output => output.Said is { } member && computed.Contains(member.Hash))
                .Select(output => new Word(output.Said! with { Ingest = pair.First.Moment }, pair.First.Moment, pair.First.Answer + 1))));
        }

        return ([.. said.OrderBy(word => word.Moment).ThenBy(word => word.Answer)], given);
    }

    private static string Text(Word word) =>
        $"{word.Moment} {word.Answer} {word.Said.Hash} {word.Said.Member} {word.Said.Group} {word.Said.Start} {word.Said.Revision} {string.Join(' ', word.Said.Values)}";

    /// <param name="Said">What is said.</param>
    /// <param name="Moment">When.</param>
    /// <param name="Answer">1 where a record of a log made the member say so, one more than a word that did.</param>
    private sealed record Word(Said Said, long Moment, int Answer);

    private sealed record Placed(Entry Entry, long Offset, long Moment, int Answer, int Position);
}
