using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Definitions;

public sealed class RetentionRuleTests
{
    [Fact]
    public void Rule_12_the_log_must_outlive_the_longest_reviseFor_and_twice_the_longest_outage()
    {
        var sets = new[] { Some.Set(), Some.Set() with { Name = "long", ReviseFor = 6 * 3_600_000 } };
        Assert.Null(RetentionRule.Check(sets, TimeSpan.FromHours(55), TimeSpan.FromHours(24)));
        Assert.Null(RetentionRule.Check(sets, null, TimeSpan.FromDays(999)));
        var problem = RetentionRule.Check(sets, TimeSpan.FromHours(54), TimeSpan.FromHours(24));
        Assert.Contains("keeps records for 2d6h; it must be more than 2d6h: reviseFor of feature set long:1, 6h", problem, StringComparison.Ordinal);
    }
}
