using Streaming.Driver.Examples;
using Streaming.Features.Definitions;
using Streaming.Testing;
using Streaming.Yaml;

namespace Streaming.Driver.Tests;

public sealed class ExampleTests
{
    private const string SetText = """
        name: s
        version: 1
        bucket: 1m
        grace: 10s
        idleClose: 5m
        reviseFor: 5m
        features:
          - { name: warm, metric: t, aggregate: mean }
          - { name: cold, metric: t, aggregate: min, missing: 0 }
          - { name: barn, metric: t, of: group, missing: nan }
          - { name: parity, attribute: parity, missing: nan }
        lags: { count: 2, of: [warm] }
        """;

    private const string Good = """
        examples:
          - name: joins
            description: of an animal in a barn
            start: 2026-01-31T12:00:00Z
            steps:
              - attributes: { entity: cow, from: -1d, group: north, values: { parity: 2 } }
              - attributes: { group: north, from: -1d, values: { cows: 100 } }
              - reading: { group: north, time: -1m, metrics: { t: 12 } }
              - reading: { entity: cow, time: 5s, metrics: { t: 38 }, device: bolus, sequence: 1 }
              - reading: { entity: cow, time: 2026-01-31T12:00:15Z, metrics: { t: 39 } }
              - at: 1m30s
                reading: { entity: cow, time: 1m10s, metrics: { t: 40 } }
                vectors:
                  - entity: cow
                    bucket: 0s
                    revision: 0
                    closed: watermark
                    readings: 2
                    late: 0
                    completeness: 1
                    missing: ["warm[-1]"]
                    features: { warm: 38.5, cold: 38, barn: 12, parity: 2, "warm[-1]": nan, "warm[0]": 38.5 }
              - reading: { entity: cow, time: 30s, metrics: { t: 40 } }
                vectors: []
              - at: 2m30s
                vectors:
                  - { entity: cow, bucket: 0s, revision: 1, closed: revision, readings: 3, late: 1, features: { warm: 39 } }
              - at: 7m
                vectors: [{ entity: cow, bucket: 1m, closed: idle, features: { "warm[-1]": 39 } }]
              - reading: { entity: cow, time: 0s, metrics: { t: 1 } }
                late: [{ entity: cow, time: 0s, bucket: 0s, lateness: 1m10s }]
              - reading: { entity: cow, time: 1h, metrics: { t: 1 } }
                at: 8m
                refused: [{ reason: time_in_future }]
        """;

    private static readonly FeatureSetDefinition Set = FeatureSetFile.Parse(SetText, new YamlProblems("s.yaml"))!;

    public static readonly TheoryData<string> Samples =
        [.. Directory.EnumerateFiles(Repository.PathOf("deploy", "samples"), "*" + FeatureSetDirectory.ExamplesEnding, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_samples_sets_make_what_their_examples_say(string file)
    {
        var path = Repository.PathOf(file.Split(Path.DirectorySeparatorChar));
        var problems = new YamlProblems(file);
        var set = FeatureSetDirectory.Read(path.Replace(FeatureSetDirectory.ExamplesEnding, ".yaml", StringComparison.Ordinal), problems);
        var examples = set is null ? null : ExampleFile.Parse(File.ReadAllText(path), set, problems);
        Assert.Empty(problems.Items);
        Assert.All(ExampleRun.All(examples!, set!), result => Assert.True(result.Passed, $"{result.Example.Name}\n{Text(result)}"));
    }

    [Fact]
    public void An_example_of_everything_passes() => Assert.Equal("", Run(Good));

    [Theory]
    [InlineData("warm: 38.5,", "warm: 38.4,", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  warm: expected 38.4, found 38.5\n")]
    [InlineData("missing: [\"warm[-1]\"]", "missing: [cold, barn]", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  missing: expected cold, barn, found warm[-1]\n")]
    [InlineData("closed: watermark", "closed: idle", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  closed: expected idle, found watermark\n")]
    [InlineData("readings: 2", "readings: 3", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  readings: expected 3, found 2\n")]
    [InlineData("late: 0", "late: 1", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  late: expected 1, found 0\n")]
    [InlineData("completeness: 1", "completeness: 0.5", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  completeness: expected 0.5, found 1\n")]
    [InlineData("\"warm[-1]\": nan", "\"warm[-1]\": 1", "(14,13) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0\n  warm[-1]: expected 1, found nan (missing)\n")]
    [InlineData("lateness: 1m10s", "lateness: 1m11s", "(31,16) late reading of cow at 0 (2026-01-31T12:00:00Z)\n  lateness: expected 1m11s, found 1m10s\n")]
    [InlineData("reason: time_in_future", "reason: no_metrics", "(34,19) refusal no_metrics: it is not there; there is refusal time_in_future of cow")]
    [InlineData("vectors: []", "vectors: [{ entity: cow, bucket: 1m }]", "(24,19) vector of cow, bucket 1m (2026-01-31T12:01:00Z): it is not there; nothing of its kind left here")]
    [InlineData("        vectors: [{ entity: cow, bucket: 1m, closed: idle, features: { \"warm[-1]\": 39 } }]\n", "", "(2,5) vector of cow, bucket 1m (2026-01-31T12:01:00Z), revision 0 (idle): it left, and no step expects it")]
    public void What_is_not_as_expected_is_told_with_its_place_and_values(string was, string now, string told)
    {
        Assert.Contains(was, Good, StringComparison.Ordinal);
        Assert.StartsWith(told, Run(Good.Replace(was, now, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_that_nobody_expects_at_a_step_is_told_there() => Assert.StartsWith(
        "(13,18) vector of cow, bucket 0 (2026-01-31T12:00:00Z), revision 0 (watermark): it left, and is not expected here",
        Run(Good.Replace(Good[Good.IndexOf("        vectors:\n          - entity: cow", StringComparison.Ordinal)..Good.IndexOf("      - reading: { entity: cow, time: 30s", StringComparison.Ordinal)], "        vectors: []\n", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("entity: cow, time: 5s", "entity: cow, tme: 5s", "9,33 unknown field 'tme'", "Did you mean 'time'?")]
    [InlineData("entity: cow, time: 5s", "entity: cow, time: soon", "9,39 'time' is 'soon'; it must be a length of time", "")]
    [InlineData("entity: cow, time: 5s", "entity: cow", "9,18 'time' is missing; give a length of time", "")]
    [InlineData("entity: cow, time: 5s", "entity: cow, group: north, time: 5s", "9,40 a reading is either of an 'entity' or of a 'group'", "")]
    [InlineData("{ t: 38 }", "{ t: warm }", "9,57 't' of 'metrics' is 'warm'; it must be a number or nan", "")]
    [InlineData("warm: 38.5,", "wram: 38.5,", "22,25 feature set s:1 has no value 'wram'", "Did you mean 'warm'?")]
    [InlineData("warm: 38.5,", "warm: high,", "22,31 'warm' is 'high'; it must be a finite number or nan", "")]
    [InlineData("closed: watermark", "closed: watermrk", "17,21 'closed' is 'watermrk'; it must be one of complete, watermark, idle, revision", "Did you mean 'watermark'?")]
    [InlineData("bucket: 0s\n", "bucket: 10s\n", "15,21 'bucket' is 2026-01-31T12:00:10Z, where no bucket starts", "")]
    [InlineData("at: 7m", "at: 1m", "28,13 'at' is 2026-01-31T12:01:00Z, and the step before was at 2026-01-31T12:02:30Z; the clock cannot go back", "")]
    [InlineData("start: 2026-01-31T12:00:00Z", "start: noon", "4,12 'start' is 'noon'; it must be a moment", "")]
    [InlineData("reason: time_in_future", "reason: time_in_futur", "34,29 ", "Did you mean 'time_in_future'?")]
    [InlineData("name: joins", "nam: joins", "2,5 unknown field 'nam'", "Did you mean 'name'?")]
    [InlineData("- attributes: { group: north, from: -1d, values: { cows: 100 } }", "- plain", "7,9 a step is a value; it must be a mapping", "")]
    public void A_mistake_in_a_file_of_examples_is_told_at_its_place(string was, string now, string told, string suggestion)
    {
        Assert.Contains(was, Good, StringComparison.Ordinal);
        var problems = new YamlProblems("s.examples.yaml");
        Assert.Null(ExampleFile.Parse(Good.Replace(was, now, StringComparison.Ordinal), Set, problems));
        var all = string.Join('\n', problems.Items.Select(problem => $"{problem.Line},{problem.Column} {problem.Message}"));
        Assert.True(problems.Items.Any(problem => $"{problem.Line},{problem.Column} {problem.Message}".StartsWith(told, StringComparison.Ordinal) && problem.Message.EndsWith(suggestion, StringComparison.Ordinal)), all);
    }

    [Fact]
    public void Names_are_used_once_and_there_is_something_to_run()
    {
        foreach (var (text, told) in new[]
        {
            ("examples: []\n", "there is no example"), ("tolerance: 2\nexamples: []\n", "'tolerance' is '2'"), ("examples: [{ name: a, steps: [] }]\n", "there is no step"),
            ("examples: [{ name: a, steps: [{ at: 0s }] }, { name: a, steps: [{ at: 0s }] }]\n", "'a' is the name of an earlier example"), ("exmples: []\n", "Did you mean 'examples'?"),
        })
        {
            var problems = new YamlProblems("s.examples.yaml");
            Assert.Null(ExampleFile.Parse(text, Set, problems));
            Assert.Contains(problems.Items, problem => problem.Message.Contains(told, StringComparison.Ordinal));
        }
    }

    private static string Run(string text)
    {
        var problems = new YamlProblems("s.examples.yaml");
        var file = ExampleFile.Parse(text, Set, problems);
        Assert.Empty(problems.Items);
        return string.Concat(ExampleRun.All(file!, Set).Select(Text));
    }

    private static string Text(ExampleResult result) => string.Concat(result.Faults.Select(fault =>
        $"({fault.Line},{fault.Column}) {fault.Message}\n{string.Concat(fault.Differences.Select(difference => $"  {difference.What}: expected {difference.Expected}, found {difference.Found}\n"))}"));
}
