using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>Asks the cluster; a passing error (a leader that is just being elected, say) is waited out for some seconds.</summary>
internal static class Patiently
{
    private const int Attempts = 7;

    // Where nobody listens an attempt takes a request's whole time; a cluster that is only slow is given all of them.
    private static readonly TimeSpan PatienceWithNobody = TimeSpan.FromSeconds(12);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="what">What is asked, as it follows "Cannot".</param>
    /// <param name="question">The question; may be asked again.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="WorkerException">It cannot be answered.</exception>
    public static async Task<T> AskAsync<T>(string what, Func<Task<T>> question, CancellationToken cancellation)
    {
        var begin = TimeProvider.System.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await Task.Run(question, cancellation).ConfigureAwait(false);
            }
            catch (KafkaException e)
            {
                var failure = ErrorClassifier.OfConsumer(e);
                if (failure.Kind != FailureKind.Retry || attempt == Attempts || (IsNobody(e.Error.Code) && TimeProvider.System.GetElapsedTime(begin) > PatienceWithNobody))
                {
                    throw new WorkerException(failure.Kind, $"Cannot {what}: {failure.Message} ({failure.Code})", e);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsNobody(ErrorCode code) => code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve;
}
