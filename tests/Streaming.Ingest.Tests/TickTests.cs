using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Ingest.Tests;

public sealed class TickTests
{
    private const long Now = 1_700_000_000_000;
    private readonly IngestHost _host = new();

    [Fact]
    public void Rule_2_a_tick_goes_to_every_partition_with_a_null_key()
    {
        _host.OnTime(Now, new OwnedPosition(0, 1, 10, Now - 50, AtEnd: false));
        var logs = _host.Logs();
        Assert.Equal(Enumerable.Range(0, IngestHost.Partitions), logs.Select(log => log.Partition));
        Assert.All(logs, log => Assert.Null(log.Key));
        Assert.All(logs, log => Assert.Equal(3, log.Log.Tick!.SourcePartitions));
    }

    [Fact]
    public void Rule_2_at_the_end_it_gives_the_clock_less_the_margin_and_elsewhere_the_last_append_time()
    {
        _host.OnTime(
            Now,
            new OwnedPosition(0, 0, 10, Now - 90_000, AtEnd: false),
            new OwnedPosition(0, 1, 10, Now - 90_000, AtEnd: true),
            new OwnedPosition(0, 2, 10, Now - 1, AtEnd: true));
        Assert.Equal([(0, Now - 90_000), (1, Now - 2_000), (2, Now - 1)], Passed());
    }

    [Fact]
    public void Rule_2_it_speaks_only_for_owned_partitions_of_which_something_is_known()
    {
        _host.OnTime(Now, new OwnedPosition(0, 0, 10, -1, AtEnd: false), new OwnedPosition(0, 2, 10, -1, AtEnd: true), new OwnedPosition(1, 1, 10, Now, AtEnd: true));
        Assert.Equal([(2, Now - 2_000)], Passed());
        _host.OnTime(Now, new OwnedPosition(0, 0, 10, -1, AtEnd: false), new OwnedPosition(1, 0, 10, Now, AtEnd: true));
        Assert.Equal(0, _host.Output.Count);
        _host.OnTime(Now);
        Assert.Equal(0, _host.Output.Count);
    }

    [Fact]
    public void Rule_4_where_the_broker_does_not_stamp_the_last_stamp_given_is_what_was_passed_on()
    {
        _host.Now = Now + 7;
        _host.Process(IngestHost.Reading(), appendTime: -1);
        _host.OnTime(Now + 900, new OwnedPosition(0, 1, 43, -1, AtEnd: false));
        Assert.Equal([(1, Now + 7)], Passed());
    }

    [Fact]
    public void What_was_read_in_a_transaction_that_failed_is_not_passed_on()
    {
        // The record was stamped by the broker, but the position that is committed lies before it.
        _host.Process(IngestHost.Reading(), appendTime: Now);
        _host.OnTime(Now + 900, new OwnedPosition(0, 1, 42, Now - 500, AtEnd: false));
        Assert.Equal([(1, Now - 500)], Passed());
    }

    private IEnumerable<(int, long)> Passed() => _host.Logs()[0].Log.Tick!.Passed.Select(passed => (passed.Partition, passed.IngestTime));
}
