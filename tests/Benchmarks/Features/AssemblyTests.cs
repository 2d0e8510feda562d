namespace Streaming.Benchmarks.Features;

public sealed class AssemblyTests
{
    [Fact]
    [Trait("Category", "Bench")]
    public void Assembly_gives_the_vectors_of_the_plain_version_in_a_fraction_of_its_time() => Assert.True(AssemblyBenchmark.Run());
}
