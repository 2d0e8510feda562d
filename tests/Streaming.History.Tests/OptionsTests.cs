using Streaming.History.Sink;
using Streaming.History.Sqlite;

namespace Streaming.History.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_hold_but_for_the_path_which_has_none()
    {
        Assert.Empty(new SqliteHistoryOptions { Path = "history.db" }.Validate());
        Assert.Empty(new MonitoringFilterOptions().Validate());
        Assert.Equal(["History:Path = '': must name a file; set History__Path, for example to ./history.db, or History__Cassandra__ContactPoints for a cluster."], new SqliteHistoryOptions().Validate());
    }

    [Fact]
    public async Task Every_broken_rule_is_named_at_once()
    {
        var options = new SqliteHistoryOptions { Path = ":memory:", RowsPerPage = 0, RowsPerTransaction = -1, BusyTimeout = TimeSpan.FromHours(2), MaxRowLength = 3 };

        var errors = options.Validate();

        Assert.Equal(["Path", "RowsPerTransaction", "RowsPerPage", "BusyTimeout", "MaxRowLength"], errors.Select(error => error.Split(':', ' ')[1]));
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => SqliteHistory.OpenAsync(options, TestContext.Current.CancellationToken));
        Assert.All(errors, error => Assert.Contains(error, thrown.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("folder/")]
    [InlineData("file:x?mode=memory")]
    [InlineData("  ")]
    public void A_path_that_no_other_process_can_open_is_refused(string path) => Assert.Single(new SqliteHistoryOptions { Path = path }.Validate());

    [Fact]
    public void Every_broken_rule_of_the_sink_is_named_at_once()
    {
        var errors = new MonitoringFilterOptions { RowsPerWrite = 0, RetryDelay = TimeSpan.Zero, MaxRetryDelay = TimeSpan.FromHours(1) }.Validate();

        Assert.Equal(["RowsPerWrite", "RetryDelay", "MaxRetryDelay"], errors.Select(error => error.Split(':', ' ')[1]));
    }
}
