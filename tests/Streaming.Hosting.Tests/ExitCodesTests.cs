using Streaming.Kafka;

namespace Streaming.Hosting.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(FailureKind.Configuration, 78)]
    [InlineData(FailureKind.Replaced, 75)]
    [InlineData(FailureKind.Invariant, 70)]
    [InlineData(FailureKind.Retry, 1)]
    [InlineData(FailureKind.Abort, 1)]
    [InlineData(FailureKind.Recreate, 1)]
    [InlineData(FailureKind.Poison, 1)]
    public void A_worker_s_failure_has_the_code_of_its_kind(FailureKind kind, int code) =>
        Assert.Equal(code, ExitCodes.Of(new WorkerException(kind, "over")));

    [Fact]
    public void A_wrong_configuration_is_78_and_the_unforeseen_is_1()
    {
        Assert.Equal(78, ExitCodes.Of(new ConfigurationException(["a"])));
        Assert.Equal(1, ExitCodes.Of(new TimeoutException()));
        Assert.Equal(1, ExitCodes.Of(new InvalidOperationException()));
    }

    [Fact]
    public void Every_kind_of_failure_has_a_row_above()
    {
        var rows = typeof(ExitCodesTests).GetMethod(nameof(A_worker_s_failure_has_the_code_of_its_kind))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Length;
        Assert.Equal(Enum.GetValues<FailureKind>().Length, rows);
    }
}
