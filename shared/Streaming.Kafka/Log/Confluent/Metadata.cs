using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>What the cluster says of a topic.</summary>
internal static class Metadata
{
    /// <summary>A topic whose partitions all have a leader; null where there is none such (a topic that was just made takes a moment).</summary>
    public static TopicMetadata? FindLed(IAdminClient admin, string topic) =>
        Find(admin, topic) is { } found && found.Partitions.TrueForAll(partition => partition.Leader >= 0) ? found : null;

    /// <summary>A topic; null where there is none.</summary>
    public static TopicMetadata? Find(IAdminClient admin, string topic)
    {
        var found = admin.GetMetadata(topic, ClientSettings.RequestTimeout).Topics.Find(found => found.Topic == topic);
        return found switch
        {
            null => null,
            { Error.Code: ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic } => null,
            { Error.IsError: true } => throw new KafkaException(found.Error),
            { Partitions.Count: 0 } => null,
            _ => found,
        };
    }
}
