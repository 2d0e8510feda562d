namespace Streaming.Monitoring.Tests;

public sealed class RecordOriginTests
{
    [Fact]
    public void Origins_order_by_known_time_then_topic_partition_and_offset()
    {
        RecordOrigin[] ordered =
        [
            new(RecordOrigin.Unstamped, "z", 9, 9),
            new(0, "z", 9, 9),
            new(1, "a", 0, 0),
            new(1, "a", 0, 1),
            new(1, "a", 1, 0),
            new(1, "b", 0, 0),
            new(2, "a", 0, 0),
        ];
        var shuffled = ordered.ToArray();
        new Random(1).Shuffle(shuffled);

        Assert.Equal(ordered, shuffled.Order());
        Assert.True(ordered[0] < ordered[1] && ordered[1] > ordered[0] && ordered[0] <= ordered[1] && ordered[1] >= ordered[0]);
    }

    [Fact]
    public void The_write_timestamp_is_the_known_time_in_microseconds_growing_with_the_offset()
    {
        Assert.Equal(5_000_000, new RecordOrigin(5000, "t", 3, 0).WriteTimestamp);
        Assert.Equal(5_000_999, new RecordOrigin(5000, "t", 3, 999).WriteTimestamp);
        Assert.Equal(5_000_001, new RecordOrigin(5000, "t", 4, 1001).WriteTimestamp);
    }
}
