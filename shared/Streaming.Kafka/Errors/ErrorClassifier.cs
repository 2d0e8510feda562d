using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>What each of Kafka's errors calls for. Codes that name a cause come before the flags that name a consequence: a missing right also
/// makes a transaction abortable, but no new one will go better.</summary>
internal static class ErrorClassifier
{
    /// <summary>An error of a producer; one that carries no flag and no known code costs the producer.</summary>
    public static LogException OfProducer(KafkaException e)
    {
        var kind = Named(e.Error.Code) ?? e switch
        {
            KafkaTxnRequiresAbortException => FailureKind.Abort,
            KafkaRetriableException => FailureKind.Retry,
            _ when e.Error.IsFatal => FailureKind.Recreate,
            _ when IsTooLarge(e.Error.Code) => FailureKind.Poison,
            _ when e.Error.Code == ErrorCode.Local_QueueFull => FailureKind.Retry,
            _ => FailureKind.Recreate,
        };
        return Make(kind, e);
    }

    /// <summary>An error of a consumer or of a question to the cluster; a client goes on through all that is not final.</summary>
    public static LogException OfConsumer(KafkaException e) => Make(Named(e.Error.Code) ?? (e.Error.IsFatal ? FailureKind.Invariant : FailureKind.Retry), e);

    /// <summary>Whether a record was larger than its topic, or this client, takes.</summary>
    public static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;

    private static FailureKind? Named(ErrorCode code) => code switch
    {
        ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId => FailureKind.Replaced,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication
            or ErrorCode.UnsupportedSaslMechanism or ErrorCode.SecurityDisabled
            or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.TopicException
            or ErrorCode.InvalidTransactionTimeout or ErrorCode.InvalidSessionTimeout or ErrorCode.InvalidGroupId
            or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat or ErrorCode.Local_UnsupportedFeature
            or ErrorCode.InconsistentGroupProtocol or ErrorCode.InvalidConfig or ErrorCode.Local_InvalidArg or ErrorCode.PolicyViolation
            or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp => FailureKind.Configuration,
        ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange => FailureKind.Invariant,
        _ => null,
    };

    private static LogException Make(FailureKind kind, KafkaException e) => new(kind, e.Error.Code.ToString(), e.Error.Reason ?? e.Message, e)
    {
        IsTooLarge = IsTooLarge(e.Error.Code),
        IsFenced = e.Error.Code is ErrorCode.Local_Fenced or ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerIdMapping,
    };
}
