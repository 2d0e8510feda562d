using Confluent.Kafka;

namespace Streaming.Native.Tests;

public sealed class LibrdkafkaTests
{
    [Fact]
    public void The_library_is_of_the_version_that_the_client_was_made_for()
    {
        var client = typeof(Library).Assembly.GetName().Version!;

        Assert.Equal(client.ToString(3), Library.VersionString);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    [InlineData("ssl")]
    [InlineData("sasl")]
    [InlineData("sasl_plain")]
    [InlineData("sasl_scram")]
    [InlineData("sasl_oauthbearer")]
    public void The_library_has_the_feature(string feature) => RequireFeature(feature);

    [Fact]
    public void A_feature_that_the_library_lacks_is_refused() =>
        Assert.ThrowsAny<Exception>(() => RequireFeature("no_such_feature"));

    // librdkafka compares the features that a client asks for with those that it was built with.
    private static void RequireFeature(string feature)
    {
        var settings = new Dictionary<string, string> { ["builtin.features"] = feature };
        using var producer = new ProducerBuilder<Null, Null>(settings).SetLogHandler(static (_, _) => { }).Build();
    }
}
