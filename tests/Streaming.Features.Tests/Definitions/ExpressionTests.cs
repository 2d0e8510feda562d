using Streaming.Features.Definitions;
using Streaming.Yaml;

namespace Streaming.Features.Tests.Definitions;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("warm + cold", null)]
    [InlineData("(bucket_end - born) / 1d", null)]
    [InlineData("if(warm > cold and not present(born), warm, -cold) × 2 ÷ 3 − 1e-3", null)]
    [InlineData("[odd name] * 2", null)]
    [InlineData("warn + 1", "8,32 'value': there is no 'warn' here. Did you mean 'warm'?")]
    [InlineData("warm + ", "8,38 'value': the end is not expected here")]
    [InlineData("warm cold", "8,37 'value': 'cold' is not expected here; an operator is")]
    [InlineData("(warm + cold", "8,44 'value': ')' is missing here")]
    [InlineData("born + born", "8,37 'value': '+' cannot join a time and a time")]
    [InlineData("bucket_end", "8,32 'value': the expression gives a time; it must give a number: subtract another time from it")]
    [InlineData("warm > born", "8,37 'value': a number cannot be compared with a time")]
    [InlineData("if(warm, 1, 2)", "8,35 'value': this is a number; it must be a truth")]
    [InlineData("mux(warm, 1)", "8,32 'value': there is no function 'mux'")]
    [InlineData("abs(warm, 1)", "8,32 'value': 'abs' takes one value, not 2")]
    [InlineData("warm + 3x", "8,39 'value': '3x' is neither a number nor a length of time")]
    [InlineData("warm ? 1", "8,37 'value': '?' cannot stand in an expression")]
    [InlineData("itself", "8,32 'value': 'itself' is computed from itself")]
    public void A_mistake_is_told_with_its_column_and_a_suggestion(string expression, string? expected)
    {
        var problems = new YamlProblems("f.yaml");
        var set = FeatureSetFile.Parse($"name: s\nversion: 1\nbucket: 1m\nfeatures:\n- {{ name: warm, metric: t, aggregate: max }}\n- {{ name: cold, metric: t, aggregate: min }}\n- {{ name: born, attribute: born, type: time }}\n- {{ name: itself, value: {"     "}'{expression}' }}\n- {{ name: odd name, metric: t, aggregate: count }}\n", problems);
        if (expected is null)
        {
            Assert.Empty(problems.Items);
            Assert.Equal(expression, set!.Features[3].Expression);
            return;
        }

        var problem = Assert.Single(problems.Items);
        Assert.StartsWith(expected, $"{problem.Line},{problem.Column} {problem.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_of_expressions_is_refused()
    {
        var problems = new YamlProblems("f.yaml");
        FeatureSetFile.Parse("name: s\nversion: 1\nbucket: 1m\nfeatures:\n- { name: a, value: b + 1 }\n- { name: b, value: c + 1 }\n- { name: c, value: a + 1 }\n", problems);
        Assert.Contains("computed from itself", Assert.Single(problems.Items).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- { name: a, metric: m, aggregate: timeAbove }", "'above' is missing")]
    [InlineData("- { name: a, metric: m, aggregate: sum, over: 90s }", "'over' is 1m30s; it must be a multiple of the bucket, 1m")]
    [InlineData("- { name: a, metric: m, aggregate: secondsSinceLast, over: 2m }", "secondsSinceLast looks back as far as needed")]
    [InlineData("- { name: a, metric: m, value: x }", "a feature has either 'metric', 'value', 'attribute' or 'feature'; this one has 'metric' and 'value'")]
    [InlineData("- { name: a, metric: m, aggregate: sum, missing: { lost: 6h } }", "'last' is missing")]
    [InlineData("- { name: a, metric: m, aggregate: sum, missing: skipp }", "'missing' is 'skipp'; it must be nan, skip, a finite number or { last: 6h }")]
    [InlineData("- { name: a, metric: m, of: grup }", "Did you mean 'group'?")]
    [InlineData("- { name: a, metric: m, of: group, aggregate: mean }", "'aggregate' is 'mean'; it must be one of last")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\nlags: { count: 3, of: [b] }", "there is no feature 'b'. Did you mean 'a'?")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\n- { name: b, feature: aa, of: group, aggregate: mean }", "'feature' is 'aa'; it must be a feature of this set. Did you mean 'a'?")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\n- { name: b, feature: a, of: group, aggregate: last }", "'aggregate' is 'last'; it must be one of count, sum, mean, min, max, range, stddev")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\n- { name: b, feature: a, aggregate: mean }", "it must go with 'of: group'")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\n- { name: b, feature: c, of: group, aggregate: mean }\n- { name: c, value: a - b }", "'feature' is 'c', which is itself made of an aggregate over the group")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\n- { name: b, feature: a, of: group, aggregate: mean }\nscope: group", "it must be left to sets of scope entity")]
    [InlineData("- { name: a, metric: m, aggregate: sum }\nwhere: m + 1", "'where': the expression gives a number; it must give a truth")]
    public void What_cannot_be_computed_is_refused(string features, string expected)
    {
        var problems = new YamlProblems("f.yaml");
        Assert.Null(FeatureSetFile.Parse($"name: s\nversion: 1\nbucket: 1m\nfeatures:\n{features}\n", problems));
        Assert.Contains(problems.Items, problem => problem.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_a_file_can_say_counts_in_the_hash()
    {
        const string Text = "name: s\nversion: 1\nbucket: 1m\nfeatures:\n- { name: a, metric: m, aggregate: timeAbove, above: 1, over: 2m, missing: { last: 1h } }\n- { name: b, value: a * 2 }\n- { name: c, attribute: x, of: group, type: time }\n- { name: d, metric: t, of: group, maxAge: 1h }\n- { name: e, feature: a, of: group, aggregate: mean, maxAge: 3h }\nlags: { count: 3, of: [a], rows: all, current: true }\nwhere: m > 0\n";
        var variants = new[]
        {
            Text, Text.Replace("above: 1", "above: 2"), Text.Replace("over: 2m", "over: 3m"), Text.Replace("last: 1h", "last: 2h"), Text.Replace("a * 2", "a * 3"), Text.Replace("of: group, type: time", "type: time"),
            Text.Replace(", type: time", ""), Text.Replace("maxAge: 1h", "maxAge: 2h"), Text.Replace("count: 3", "count: 4"), Text.Replace("feature: a", "feature: b"), Text.Replace("aggregate: mean", "aggregate: max"), Text.Replace("maxAge: 3h", "maxAge: 4h"), Text.Replace("of: [a]", "of: [b]"), Text.Replace("rows: all", "rows: present"), Text.Replace("current: true", "current: false"), Text.Replace("m > 0", "m > 1"),
        };
        Assert.Equal(variants.Length, variants.Select(Hash).Distinct().Count());

        static string Hash(string text)
        {
            var problems = new YamlProblems("f.yaml");
            var set = FeatureSetFile.Parse(text, problems);
            Assert.Empty(problems.Items);
            return set!.Hash;
        }
    }

    [Fact]
    public void A_reader_of_vectors_is_told_what_each_value_is()
    {
        var problems = new YamlProblems("f.yaml");
        var set = FeatureSetFile.Parse("name: s\nversion: 1\nbucket: 1m\nfeatures:\n- { name: a, metric: m, aggregate: sum, over: 1h, unit: l }\n- { name: b, value: a * 2, missing: 0 }\nlags: { count: 2, of: [b, a] }\n", problems)!;
        Assert.Equal(["a: sum of m over 1h", "b: a * 2", "b[-1]: b, row 1 of 2", "a[-1]: a, row 1 of 2", "b[0]: b, row 2 of 2", "a[0]: a, row 2 of 2"], set.ToRecord().Layout.Select(value => $"{value.Name}: {value.Description}"));
    }
}
