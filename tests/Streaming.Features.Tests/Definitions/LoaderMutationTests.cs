using Streaming.Features.Definitions;
using Streaming.Features.Tests.Definitions.Mutations;
using Streaming.Features.Tests.Support;
using Streaming.Yaml;

namespace Streaming.Features.Tests.Definitions;

/// <summary>Mistakes put into every place of files that are right: each is told where it stands, with what to do.</summary>
public sealed class LoaderMutationTests
{
    private const int Seed = 20260201;

    // A message that only says what is wrong leaves its reader alone.
    private static readonly string[] WaysOut = ["must", "Did you mean", "the fields here are", "leave", "give", "is missing", "at most", "may name"];

    public static readonly TheoryData<int> Files = [.. Enumerable.Range(0, GoodFiles.All.Count)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_good_files_are_good(int file) => Assert.Empty(Problems(GoodFiles.All[file]));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_mistake_is_told_at_its_place_with_what_to_do(int file)
    {
        var good = GoodFiles.All[file];
        var mutations = AllMutations.Of(good);
        Assert.True(mutations.Count > 10, $"only {mutations.Count} mistakes");
        Assert.All(mutations, mutation =>
        {
            var problems = Problems(Mutation.Apply(good, [mutation]));
            AssertTold(problems, mutation, Mutation.PlaceOf(good, mutation.At));
            Assert.All(problems, problem => Assert.True(WaysOut.Any(way => problem.Message.Contains(way, StringComparison.Ordinal)), $"{mutation}: {problem}"));
        });
    }

    [Fact]
    public void Many_mistakes_are_told_all_at_once()
    {
        // What a field says of others, or holds, is looked at only where these names, or the field's own, are sound.
        string[] dependent = ["features.value", "where is", "features misspelt", "lags.of has an unknown", "features.feature is warn", "features.feature is herd"];
        var all = AllMutations.Of(GoodFiles.Entities).Where(mutation => !dependent.Any(what => mutation.What.StartsWith(what, StringComparison.Ordinal))).ToList();
        var random = new Random(Seed);
        for (var round = 0; round < 500; round++)
        {
            var chosen = new List<Mutation>();
            for (var i = random.Next(2, 15); i > 0; i--)
            {
                var next = all[random.Next(all.Count)];
                if (chosen.TrueForAll(mutation => AreApart(mutation, next)))
                {
                    chosen.Add(next);
                }
            }

            var file = Mutation.Apply(GoodFiles.Entities, chosen);
            var problems = Problems(file);
            Assert.All(chosen, mutation =>
            {
                var at = mutation.At + chosen.Where(other => other.At < mutation.At).Sum(other => other.Put.Length - other.Length);
                AssertTold(problems, mutation, Mutation.PlaceOf(file, at));
            });
        }
    }

    [Fact]
    public void A_mistake_in_an_expression_is_told_at_its_column_however_the_expression_is_written()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 500; round++)
        {
            var formula = string.Format(System.Globalization.CultureInfo.InvariantCulture, Formulas.All[random.Next(Formulas.All.Length)].Text, "warm", "cold");
            var names = Places(formula, "warm").Concat(Places(formula, "cold")).ToList();
            var at = names[random.Next(names.Count)];
            var wrong = formula[..at] + "wurm" + formula[(at + 4)..];
            var (head, tail) = random.Pick(("value: ", ""), ("value: '", "'"), ("value: \"", "\""), ("value: >\n      ", ""), ("value: |-\n      ", ""), ("value:\n      ", ""));
            var file = "name: s\nversion: 1\nbucket: 1m\nfeatures:\n  - { name: warm, metric: t, aggregate: max }\n  - { name: cold, metric: t, aggregate: min }\n  - name: made\n    " + head;
            var place = Mutation.PlaceOf(file + wrong, file.Length + at);
            var problems = Problems(file + wrong + tail + "\n");
            Assert.Contains(problems, problem => (problem.Line, problem.Column) == place && problem.Message.StartsWith("'value': there is no 'wurm' here. Did you mean 'warm'?", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_message_begins_with_file_line_and_column_as_compilers_write_it() =>
        Assert.StartsWith("f.yaml(1,1): unknown field 'nam';", Problems("nam: a\n" + GoodFiles.All[2])[0].ToString(), StringComparison.Ordinal);

    // One under another, or in one feature, where the second may no longer be looked at.
    private static bool AreApart(Mutation one, Mutation other)
    {
        var (first, second) = (Mutation.PlaceOf(GoodFiles.Entities, one.At).Line, Mutation.PlaceOf(GoodFiles.Entities, other.At).Line);
        return Math.Abs(first - second) > 2;
    }

    private static IEnumerable<int> Places(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    private static void AssertTold(IReadOnlyList<YamlProblem> problems, Mutation mutation, (int Line, int Column) place) =>
        Assert.True(
            problems.Any(problem => (problem.Line, problem.Column) == place && problem.Message.Contains(mutation.Told, StringComparison.Ordinal)),
            $"{mutation} at {place}: '{mutation.Told}' is not told; told is:\n{string.Join('\n', problems)}");

    private static IReadOnlyList<YamlProblem> Problems(string text)
    {
        var problems = new YamlProblems("f.yaml");
        Assert.Equal(FeatureSetFile.Parse(text, problems) is null, problems.Items.Count > 0);
        return problems.Items;
    }
}
