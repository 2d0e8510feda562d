using Confluent.Kafka;

namespace Streaming.Kafka.Tests;

public sealed class ErrorClassifierTests
{
    [Fact]
    public void A_producers_flags_say_what_to_do()
    {
        Assert.Equal(FailureKind.Abort, ErrorClassifier.OfProducer(new KafkaTxnRequiresAbortException(new Error(ErrorCode.IllegalGeneration))).Kind);
        Assert.Equal(FailureKind.Retry, ErrorClassifier.OfProducer(new KafkaRetriableException(new Error(ErrorCode.Local_TimedOut))).Kind);
        Assert.Equal(FailureKind.Recreate, ErrorClassifier.OfProducer(new KafkaException(new Error(ErrorCode.Local_Fenced, "fenced", isFatal: true))).Kind);
    }

    [Fact]
    public void An_error_without_flags_costs_the_producer() =>
        Assert.Equal(FailureKind.Recreate, ErrorClassifier.OfProducer(new KafkaException(new Error(ErrorCode.Local_State))).Kind);

    [Theory]
    [InlineData(ErrorCode.Local_Fenced)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.ProducerFenced)]
    public void Fencing_is_told_apart(ErrorCode code) => Assert.True(ErrorClassifier.OfProducer(new KafkaException(new Error(code, "", isFatal: true))).IsFenced);

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    [InlineData(ErrorCode.InvalidTransactionTimeout)]
    public void A_missing_right_stops_even_where_an_abort_would_do(ErrorCode code)
    {
        Assert.Equal(FailureKind.Configuration, ErrorClassifier.OfProducer(new KafkaTxnRequiresAbortException(new Error(code))).Kind);
        Assert.Equal(FailureKind.Configuration, ErrorClassifier.OfConsumer(new KafkaException(new Error(code))).Kind);
    }

    [Fact]
    public void Another_process_with_this_name_stops_this_one()
    {
        Assert.Equal(FailureKind.Replaced, ErrorClassifier.OfConsumer(new KafkaException(new Error(ErrorCode.FencedInstanceId, "", isFatal: true))).Kind);
        Assert.Equal(FailureKind.Replaced, ErrorClassifier.OfProducer(new KafkaTxnRequiresAbortException(new Error(ErrorCode.FencedInstanceId))).Kind);
    }

    [Theory]
    [InlineData(ErrorCode.Local_Transport)]
    [InlineData(ErrorCode.Local_AllBrokersDown)]
    [InlineData(ErrorCode.UnstableOffsetCommit)]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.Local_MaxPollExceeded)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public void What_comes_back_is_waited_for(ErrorCode code) => Assert.Equal(FailureKind.Retry, ErrorClassifier.OfConsumer(new KafkaException(new Error(code))).Kind);

    [Theory]
    [InlineData(ErrorCode.Local_AutoOffsetReset)]
    [InlineData(ErrorCode.OffsetOutOfRange)]
    public void A_hole_in_the_log_is_never_passed_over(ErrorCode code) => Assert.Equal(FailureKind.Invariant, ErrorClassifier.OfConsumer(new KafkaException(new Error(code))).Kind);

    [Fact]
    public void A_record_too_large_is_poison_before_the_broker_and_an_abort_after_it()
    {
        var here = ErrorClassifier.OfProducer(new KafkaException(new Error(ErrorCode.MsgSizeTooLarge)));
        var there = ErrorClassifier.OfProducer(new KafkaTxnRequiresAbortException(new Error(ErrorCode.MsgSizeTooLarge)));
        Assert.Equal((FailureKind.Poison, true), (here.Kind, here.IsTooLarge));
        Assert.Equal((FailureKind.Abort, true), (there.Kind, there.IsTooLarge));
    }

    [Fact]
    public void A_full_queue_is_waited_for() => Assert.Equal(FailureKind.Retry, ErrorClassifier.OfProducer(new KafkaException(new Error(ErrorCode.Local_QueueFull))).Kind);
}
