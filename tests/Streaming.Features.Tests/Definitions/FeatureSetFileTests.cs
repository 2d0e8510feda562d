using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Yaml;

namespace Streaming.Features.Tests.Definitions;

public sealed class FeatureSetFileTests
{
    private const string Small = """
        name: barn
        version: 2
        bucket: 10m
        features:
          - { name: warm, metric: temperature, aggregate: mean }
        """;

    [Fact]
    public void A_small_set_has_the_documented_defaults()
    {
        var set = Parse(Small);
        Assert.Equal(("barn", 2, 600_000L), (set.Name, set.Version, set.Bucket));
        Assert.Equal((0L, 0L, 60_000L, 0L, 60_000L), (set.Align, set.Grace, set.IdleClose, set.ReviseFor, set.ReviseEvery));
        Assert.Equal((EmitMode.Close, Scope.Entity, null, null), (set.Emit, set.Scope, set.From, set.ExpectedReadings));
        Assert.Equal((10_000, 1_000, 5_000_000), (set.MaxReadingsPerBucket, set.MaxOpenBuckets, set.MaxEntities));
        Assert.Equal(MissingPolicy.None, set.Features[0].Missing);
    }

    [Fact]
    public void Every_field_is_read()
    {
        var set = Parse("""
            name: all
            version: 3
            description: everything
            bucket: 1h30m
            align: 5m
            grace: 90s
            idleClose: 0
            reviseFor: 2d
            reviseEvery: 500ms
            emit: complete
            scope: group
            from: 2026-01-31T00:00:00Z
            expected: { every: 10s }
            maxReadingsPerBucket: 7
            maxOpenBuckets: 8
            maxEntities: 9
            features:
              - { name: a, metric: m, aggregate: stddev, missing: nan, unit: K, description: how much it varies }
              - { name: b, metric: m, aggregate: last, missing: -1.5 }
            """);
        Assert.Equal((5_400_000L, 300_000L, 90_000L, 0L, 172_800_000L, 500L), (set.Bucket, set.Align, set.Grace, set.IdleClose, set.ReviseFor, set.ReviseEvery));
        Assert.Equal((EmitMode.Complete, Scope.Group, 1769817600000L, 540.0), (set.Emit, set.Scope, set.From, set.ExpectedReadings));
        Assert.Equal((7, 8, 9), (set.MaxReadingsPerBucket, set.MaxOpenBuckets, set.MaxEntities));
        Assert.Equal((Aggregate.Stddev, MissingPolicyKind.Nan, "K"), (set.Features[0].Aggregate, set.Features[0].Missing.Kind, set.Features[0].Unit));
        Assert.Equal(-1.5, set.Features[1].Missing.Constant);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_place_and_a_suggestion()
    {
        var problems = new YamlProblems("f.yaml");
        var set = FeatureSetFile.Parse(
            """
            name: b arn
            version: 0
            bucket: 10 minutes
            allign: 5m
            expected: { count: 5, every: 10s }
            features:
              - { name: a, metric: m, aggregate: men }
              - { name: a, metric: m, aggregat: mean }
              - { name: c, metric: m, aggregate: last, missing: never }
              - plain
            """,
            problems);
        Assert.Null(set);
        var said = problems.Items.OrderBy(problem => (problem.Line, problem.Column)).Select(problem => $"{problem.Line},{problem.Column} {problem.Message}").ToList();
        string[] expected =
        [
            "1,7 'name' is 'b arn'", "2,10 'version' is '0'", "3,9 'bucket' is '10 minutes'; it must be a length of time", "4,1 unknown field 'allign'",
            "5,11 'expected' must have either", "7,38 'aggregate' is 'men'", "8,5 'aggregate' is missing", "8,13 'name' is 'a', which an earlier feature has", "8,27 unknown field 'aggregat'",
            "9,53 'missing' is 'never'", "10,5 a feature is a value",
        ];
        Assert.Equal(expected.Length, said.Count);
        Assert.All(expected.Zip(said), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Contains(said, message => message.EndsWith("Did you mean 'align'?", StringComparison.Ordinal));
        Assert.Contains(said, message => message.EndsWith("Did you mean 'mean'?", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_file_looks_like_does_not_change_the_hash_and_what_it_means_does()
    {
        var hash = Parse(Small).Hash;
        Assert.Equal(64, hash.Length);
        foreach (var same in new[]
        {
            "# a remark\n" + Small,
            "version: 2\nfeatures:\n- aggregate: mean\n  metric: temperature\n  name: warm\nbucket:    600s\nname: 'barn'\n",
            Small.Replace("bucket: 10m", "bucket: 10m\nalign: 0\ngrace: 0s\nidleClose: 1m\nemit: close\nscope: entity", StringComparison.Ordinal),
            Small.Replace("version: 2", "version: 2\ndescription: of the barn", StringComparison.Ordinal),
            Small.Replace("mean }", "mean, description: warmth }", StringComparison.Ordinal),
        })
        {
            Assert.Equal(hash, Parse(same).Hash);
        }

        var others = new[]
        {
            Small.Replace("barn", "barm", StringComparison.Ordinal), Small.Replace("2", "3", StringComparison.Ordinal), Small.Replace("10m", "11m", StringComparison.Ordinal),
            Small + "\nalign: 1s", Small + "\ngrace: 1s", Small + "\nidleClose: 2m", Small + "\nreviseFor: 1s", Small + "\nreviseEvery: 1s", Small + "\nemit: complete",
            Small + "\nscope: group", Small + "\nfrom: 2026-01-01T00:00:00Z", Small + "\nexpected: { count: 3 }", Small + "\nmaxReadingsPerBucket: 5", Small + "\nmaxOpenBuckets: 5", Small + "\nmaxEntities: 5",
            Small.Replace("warm", "cold", StringComparison.Ordinal), Small.Replace("temperature", "heat", StringComparison.Ordinal), Small.Replace("mean", "max", StringComparison.Ordinal),
            Small.Replace("mean }", "mean, unit: K }", StringComparison.Ordinal), Small.Replace("mean }", "mean, missing: nan }", StringComparison.Ordinal), Small.Replace("mean }", "mean, missing: 0 }", StringComparison.Ordinal),
            Small + "\n  - { name: z, metric: z, aggregate: last }",
        };
        Assert.Equal(others.Length + 1, others.Select(other => Parse(other).Hash).Append(hash).Distinct().Count());
    }

    [Fact]
    public void The_order_of_the_features_is_the_vectors_and_counts()
    {
        var one = Parse(Small + "\n  - { name: z, metric: z, aggregate: last }");
        Assert.NotEqual(one.Hash, (one with { Features = [.. one.Features.Reverse()] }).Hash);
        var record = one.ToRecord();
        Assert.Equal(["warm", "z"], record.Layout.Select(layout => layout.Name));
        Assert.Equal("mean of temperature", record.Layout[0].Description);
        Assert.Equal((one.Hash, one.Content), (record.Hash, record.Content));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1h30m", 5_400_000)]
    public void Lengths_of_time_are_read(string text, long expected)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1s1m")]
    [InlineData("1m1m")]
    [InlineData("1.5m")]
    [InlineData("1 m")]
    [InlineData("10x")]
    [InlineData("999999999d")]
    public void Other_texts_are_no_length_of_time(string text) => Assert.False(Duration.TryParse(text, out _));

    private static FeatureSetDefinition Parse(string text)
    {
        var problems = new YamlProblems("f.yaml");
        var set = FeatureSetFile.Parse(text, problems);
        Assert.Empty(problems.Items);
        return set!;
    }
}
