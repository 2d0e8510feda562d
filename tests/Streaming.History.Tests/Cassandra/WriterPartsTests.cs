using Streaming.History.Cassandra;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Cassandra.Writing;

namespace Streaming.History.Tests.Cassandra;

public sealed class WriterPartsTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private static async Task<int> SettleAsync(InFlightLimit limit, int rounds, Func<int, (TimeSpan Time, bool Overloaded)> server)
    {
        for (var round = 0; round < rounds; round++)
        {
            var count = limit.Limit;
            for (var request = 0; request < count; request++)
            {
                await limit.EnterAsync(Ending);
            }

            for (var request = 0; request < count; request++)
            {
                var (time, overloaded) = server(count);
                limit.Exit(time, overloaded);
            }
        }

        return limit.Limit;
    }

    [Fact]
    public async Task Requests_in_flight_grow_to_the_bound_while_answers_are_fast_and_halve_when_the_server_is_overloaded()
    {
        var limit = new InFlightLimit(200, TimeSpan.FromMilliseconds(50));

        Assert.Equal(200, await SettleAsync(limit, 60, _ => (Fast, false)));
        Assert.Equal(100, await SettleAsync(limit, 1, _ => (Fast, true)));
        Assert.Equal(1, await SettleAsync(limit, 10, _ => (Fast, true)));
        Assert.Equal(200, await SettleAsync(limit, 100, _ => (Fast, false)));
    }

    [Fact]
    public async Task Requests_in_flight_settle_where_the_servers_queue_is_as_long_as_wanted()
    {
        // A server that takes 1 ms for each, one after the other: at 50 in flight an answer takes 50 ms.
        var limit = new InFlightLimit(1000, TimeSpan.FromMilliseconds(50));

        Assert.InRange(await SettleAsync(limit, 300, count => (TimeSpan.FromMilliseconds(count), false)), 38, 60);
    }

    [Fact]
    public async Task A_wait_that_was_given_up_takes_no_place()
    {
        var limit = new InFlightLimit(1, Fast);
        await limit.EnterAsync(Ending);
        using var stop = new CancellationTokenSource();
        var waiting = limit.EnterAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = limit.EnterAsync(Ending);
        Assert.False(next.IsCompleted);

        limit.Exit(Fast, false);

        await next;
    }

    [Fact]
    public void Entries_are_remembered_up_to_the_capacity_the_newest_and_the_used_ones()
    {
        var memory = new IndexMemory(1000);
        for (var entry = 0; entry < 5000; entry++)
        {
            memory.Add([(UInt128)entry]);
            Assert.True(memory.Contains(0));
        }

        Assert.True(memory.Contains(4999));
        Assert.True(memory.Contains(4600));
        Assert.False(memory.Contains(3000));
    }

    [Fact]
    public void Entries_are_told_apart_by_every_part_of_their_key()
    {
        UInt128[] keys =
        [
            IndexMemory.KeyOf("a", 1, 0, "ab", "c"), IndexMemory.KeyOf("a", 1, 0, "a", "bc"), IndexMemory.KeyOf("a", 1, 0, "abc"), IndexMemory.KeyOf("a", 1, 1, "abc"),
            IndexMemory.KeyOf("a", 2, 0, "abc"), IndexMemory.KeyOf("b", 1, 0, "abc"), IndexMemory.KeyOf("a", 1, 0, "", "", "abc"), IndexMemory.KeyOf("a", 1, 0, new string('x', 5000)),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], IndexMemory.KeyOf("a", 1, 0, "ab", "c"));
    }

    [Theory]
    [InlineData(0, 0, 3_600)]
    [InlineData(1, 0, 3_600)]
    [InlineData(1_000, 0, 3_599)]
    [InlineData(3_599_001, 0, 1)]
    [InlineData(3_600_000, 0, 0)]
    [InlineData(99_000_000, 0, 0)]
    [InlineData(0, 600_000, 4_200)]
    public void A_row_lives_as_long_as_is_left_since_its_event_time(long now, long eventTime, long seconds) =>
        Assert.Equal(seconds, new RowLife(now, TimeSpan.FromHours(1)).Of(eventTime));

    [Fact]
    public void A_row_lives_for_ever_without_a_retention_and_never_longer_than_Cassandra_allows()
    {
        Assert.Null(new RowLife(0, null).Of(0));
        Assert.Equal(630_720_000, new RowLife(0, TimeSpan.FromDays(7000)).Of(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData(0L, null, 0)]
    [InlineData(0L, 86_400_000L, 0)]
    [InlineData(0L, 86_400_001L, 1)]
    [InlineData(86_399_999L, 86_400_001L, 1)]
    [InlineData(0L, 3 * 86_400_000L, 2)]
    [InlineData(0L, 4 * 86_400_000L, 4)]
    [InlineData(-1L, 1L, 1)]
    public void The_days_that_an_interval_reaches_beyond_its_first_are_made_up_to_a_power_of_two(long start, long? end, int span) => Assert.Equal(span, Days.Span(start, end));

    [Theory]
    [InlineData(-719_162)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(16_468)]
    [InlineData(2_932_896)]
    public void A_day_is_the_same_day_as_a_date(long day)
    {
        Assert.Equal(day, Days.Of(Days.Date(day)));
        Assert.InRange(day, Days.First, Days.Last);
    }

    [Fact]
    public void Every_broken_rule_of_the_options_is_named_at_once()
    {
        var errors = new CassandraHistoryOptions
        {
            ContactPoints = "a:9042,b:99999", Keyspace = "Streaming", Replication = "dc1", User = "ann", TlsHostName = "x", TlsCaFile = "/no/such.pem", Retention = TimeSpan.FromMinutes(1),
            RowsPerPage = 0, MaxInFlight = 0, LatencyTarget = TimeSpan.Zero, RequestTimeout = TimeSpan.Zero, GiveUpAfter = TimeSpan.Zero, BatchBytes = -1, MaxRowBytes = 1, RememberedEntries = 1,
        }.Validate();

        Assert.Equal(
            [
                "ContactPoints", "Keyspace", "Replication", "User", "Tls", "TlsCaFile", "Retention", "LatencyTarget", "RequestTimeout", "GiveUpAfter", "RowsPerPage", "MaxInFlight", "BatchBytes",
                "MaxRowBytes", "RememberedEntries",
            ],
            errors.Select(error => error["History:Cassandra:".Length..error.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.Empty(new CassandraHistoryOptions { ContactPoints = "cassandra-1, 127.0.0.2:9043,[::1]:9042" }.Validate());
        Assert.DoesNotContain(errors, error => error.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_histories_at_once_are_refused()
    {
        var options = new HistoryOptions { Path = "history.db" };
        options.Cassandra.ContactPoints = "one";

        Assert.StartsWith("History:Path = 'history.db': History:Cassandra:ContactPoints names a cluster too", options.Validate().Single(), StringComparison.Ordinal);
    }
}
