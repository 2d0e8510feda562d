namespace Streaming.Suite.Tests;

/// <summary>Tests of every outcome, for <see cref="ProjectRunTests"/> to run; explicit, so that nothing else does.</summary>
public sealed class Outcomes
{
    [Fact(Explicit = true)]
    public void Passes() => Assert.True(true);

    [Fact(Explicit = true)]
    public void Fails() => Assert.Fail("as it should");

    [Fact(Explicit = true)]
    public void Is_skipped() => Assert.Skip("for this reason");

    [Fact(Explicit = true)]
    [Trait("Category", "Faults")]
    public void Is_of_a_category() => Assert.True(true);
}
