using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Definitions;

public sealed class FeatureSetRegisterTests
{
    private static readonly FeatureSetDefinition First = Some.Set();

    [Fact]
    public void Rule_19_another_content_under_a_name_and_version_that_ran_is_refused_with_both_hashes_and_what_to_do()
    {
        var register = new FeatureSetRegister([First.ToRecord(), (First with { Version = 4 }).ToRecord()]);
        var changed = First with { Grace = 5 };
        var error = Assert.Single(register.Check([changed, First with { Version = 4 }, First with { Version = 5, Grace = 7 }]));
        Assert.All(
            ["Feature set 's' version 1", changed.Hash, First.Hash, "a version that is free, such as 5", "'from'", "put the former content back"],
            part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_content_and_what_never_ran_may_run()
    {
        var register = new FeatureSetRegister([First.ToRecord()]);
        Assert.Empty(register.Check([First with { Content = "written otherwise" }, First with { Version = 2, From = 1000 }]));
        Assert.Empty(new FeatureSetRegister([]).Check([First]));
    }

    [Fact]
    public void Of_one_name_and_version_the_last_record_counts_and_sets_come_by_name_and_version()
    {
        FeatureSet[] records = [(First with { Version = 10 }).ToRecord(), First.ToRecord(), (First with { Version = 2 }).ToRecord(), (First with { Grace = 1 }).ToRecord()];
        var register = new FeatureSetRegister(records);
        Assert.Equal([1, 2, 10], register.Sets.Select(set => set.Version));
        Assert.Equal((First with { Grace = 1 }).Hash, register.Find("s", 1)!.Hash);
        Assert.Equal(10, register.FindNewest("s")!.Version);
        Assert.Null(register.Find("s", 3));
        Assert.Null(register.FindNewest("t"));
    }
}
