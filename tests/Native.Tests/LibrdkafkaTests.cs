using Confluent.Kafka;

namespace Streaming.Native.Tests;

public sealed class LibrdkafkaTests
{
    [Fact]
    public void The_library_is_the_version_of_the_client() =>
        Assert.Equal(typeof(Library).Assembly.GetName().Version!.ToString(3), Library.VersionString.Split('-')[0]);
}
