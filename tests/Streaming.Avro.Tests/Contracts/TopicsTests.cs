using System.Globalization;
using Streaming.Contracts;

namespace Streaming.Avro.Tests;

public sealed class TopicsTests
{
    [Fact]
    public void Every_topic_is_in_the_list_once()
    {
        var declared = typeof(Topics).GetFields().Where(field => field.FieldType == typeof(Topic)).Select(field => (Topic)field.GetValue(null)!);

        Assert.Equal(declared.OrderBy(topic => topic.Name, StringComparer.Ordinal), Topics.All.OrderBy(topic => topic.Name, StringComparer.Ordinal));
        Assert.Distinct(Topics.All.Select(topic => topic.Name));
    }

    [Fact]
    public void No_topic_stamps_event_times() =>
        Assert.All(Topics.All, topic => Assert.Equal("LogAppendTime", topic.Settings["message.timestamp.type"]));

    [Fact]
    public void A_dead_letter_has_room_for_any_input()
    {
        var room = MaxBytes(Topics.DeadLetters);

        Assert.All(Topics.All.Except([Topics.DeadLetters, Topics.FeatureState]), topic => Assert.True(MaxBytes(topic) + 65_536 < room, topic.Name));
    }

    [Fact]
    public void What_is_passed_on_has_room_for_the_input_and_what_is_added() =>
        Assert.True(MaxBytes(Topics.SensorReadings) > MaxBytes(Topics.SensorRaw));

    [Fact]
    public void A_prefix_stands_before_every_name_and_subject()
    {
        var names = new TopicNames("farm-7.");

        Assert.Equal("farm-7.sensor.raw", names.Of(Topics.SensorRaw));
        Assert.Equal("farm-7.sensor.raw-value", names.SubjectOf(Topics.SensorRaw));
        Assert.Same(Topics.SensorRaw, names.Find("farm-7.sensor.raw"));
        Assert.Null(names.Find("sensor.raw"));
        Assert.Equal("predictions", TopicNames.Plain.Of(Topics.Predictions));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("ä.")]
    [InlineData("a/")]
    public void A_prefix_that_topics_cannot_have_is_refused(string prefix)
    {
        Assert.Contains(prefix, TopicNames.Fault(prefix), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TopicNames(prefix));
    }

    [Fact]
    public void A_prefix_leaves_room_for_the_longest_name()
    {
        var longest = Topics.All.Max(topic => topic.Name.Length);

        Assert.Null(TopicNames.Fault(new string('a', 249 - longest)));
        Assert.NotNull(TopicNames.Fault(new string('a', 250 - longest)));
    }

    private static int MaxBytes(Topic topic) => int.Parse(topic.Settings["max.message.bytes"], CultureInfo.InvariantCulture);
}
