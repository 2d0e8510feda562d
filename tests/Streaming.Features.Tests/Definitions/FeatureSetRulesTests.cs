using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Definitions;

/// <summary>A feature set that was made in code keeps the rules of one that was read from a file.</summary>
public sealed class FeatureSetRulesTests
{
    private static readonly FeatureSetDefinition Sound = new()
    {
        Name = "barn", Version = 1, Bucket = 600_000, Features = [new FeatureDefinition { Name = "warm", Metric = "temperature", Aggregate = Aggregate.Mean }],
    };

    public static readonly TheoryData<string, FeatureSetDefinition> Broken = new()
    {
        { "'name' is ''", Sound with { Name = "" } },
        { "'name' is 'b arn'", Sound with { Name = "b arn" } },
        { "'version' is 0", Sound with { Version = 0 } },
        { "'bucket' is 0", Sound with { Bucket = 0 } },
        { "'bucket' is 9223372036854775807", Sound with { Bucket = long.MaxValue } },
        { "'align' is 600000 ms", Sound with { Align = 600_000 } },
        { "'align' is -1 ms", Sound with { Align = -1 } },
        { "'grace' is -1", Sound with { Grace = -1 } },
        { "'idleClose' is -1", Sound with { IdleClose = -1 } },
        { "'reviseFor' is 9223372036854775807", Sound with { ReviseFor = long.MaxValue } },
        { "'reviseEvery' is -1", Sound with { ReviseEvery = -1 } },
        { "'emit' is 7", Sound with { Emit = (EmitMode)7 } },
        { "'scope' is 7", Sound with { Scope = (Scope)7 } },
        { "'expected' is NaN", Sound with { ExpectedReadings = double.NaN } },
        { "'expected' is 0", Sound with { ExpectedReadings = 0 } },
        { "'maxReadingsPerBucket' is 0", Sound with { MaxReadingsPerBucket = 0 } },
        { "'maxOpenBuckets' is 0", Sound with { MaxOpenBuckets = 0 } },
        { "'maxEntities' is 0", Sound with { MaxEntities = 0 } },
        { "'features' has 0 items", Sound with { Features = [] } },
        { "feature 2: 'name' is 'warm', which an earlier feature has", Sound with { Features = [Sound.Features[0], Sound.Features[0]] } },
        { "feature 1: 'metric' is empty", Sound with { Features = [Sound.Features[0] with { Metric = "" }] } },
        { "feature 1: 'name' has 201 characters", Sound with { Features = [Sound.Features[0] with { Name = new string('n', 201) }] } },
        { "feature 1: 'aggregate' is 99", Sound with { Features = [Sound.Features[0] with { Aggregate = (Aggregate)99 }] } },
        { "feature 1: 'feature' is 'other'; it must be a feature of this set", Sound with { Features = [Sound.Features[0] with { Source = FeatureSource.GroupAggregate, Feature = "other" }] } },
        { "feature 1: 'feature' is empty", Sound with { Features = [Sound.Features[0] with { Source = FeatureSource.GroupAggregate }] } },
        { "feature 1: 'missing' is", Sound with { Features = [Sound.Features[0] with { Missing = new MissingPolicy(MissingPolicyKind.Constant, double.PositiveInfinity) }] } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_rule_that_is_broken_is_named_with_the_value_and_nothing_is_assembled(string problem, FeatureSetDefinition set)
    {
        Assert.StartsWith(problem, Assert.Single(set.Validate()), StringComparison.Ordinal);
        var refused = Assert.Throws<ArgumentException>(() => new FeatureAssembler([Sound with { Name = "sound" }, set]));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_sets_break_none()
    {
        Assert.Empty(Sound.Validate());
        var random = new Random(5);
        Assert.All(Enumerable.Range(0, 100).SelectMany(_ => RandomWorld.Sets(random)), set => Assert.Empty(set.Validate()));
    }
}
