using Confluent.Kafka;

namespace Streaming.Local.Sample;

/// <summary>Publishes the sample's readings and labels, as devices and people would, at the speed that was asked for.</summary>
internal sealed class SamplePlayer(IReadOnlyList<SampleStep> steps, SampleMessages messages, IProducer<byte[], byte[]> producer)
{
    // The embedded broker forgets what its readers are slow to fetch, so that no more than this is ever on its way.
    private const int MostOnTheirWay = 15_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private long _readings;
    private long _labels;
    private long _failed;
    private long _elapsed;

    /// <summary>Readings published so far.</summary>
    public long Readings => Interlocked.Read(ref _readings);

    /// <summary>Labels published so far.</summary>
    public long Labels => Interlocked.Read(ref _labels);

    /// <summary>Data time played so far.</summary>
    public TimeSpan Played => TimeSpan.FromMilliseconds(Interlocked.Read(ref _elapsed));

    /// <summary>Plays everything.</summary>
    /// <param name="speed">Seconds of data time per second; null for as fast as the chain follows.</param>
    /// <param name="onTheirWay">How many published readings the chain has not passed on yet.</param>
    /// <param name="clock">Gives the pace.</param>
    /// <param name="cancellation">Ends the play early.</param>
    /// <exception cref="KafkaException">The broker did not take a record.</exception>
    public async Task PlayAsync(double? speed, Func<long> onTheirWay, TimeProvider clock, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        foreach (var step in steps)
        {
            while (speed is { } pace && clock.GetElapsedTime(start).TotalMilliseconds * pace < step.Elapsed)
            {
                await Task.Delay(Pause, clock, cancellation);
            }

            while (onTheirWay() > MostOnTheirWay)
            {
                await Task.Delay(Pause, clock, cancellation);
            }

            await PublishAsync(step, clock, cancellation);
            Interlocked.Exchange(ref _elapsed, step.Elapsed);
        }

        producer.Flush(cancellation);
        if (Interlocked.Read(ref _failed) is > 0 and var failed)
        {
            throw new KafkaException(new Error(ErrorCode.Local_Fail, $"The broker did not take {failed} records of the sample."));
        }
    }

    private async Task PublishAsync(SampleStep step, TimeProvider clock, CancellationToken cancellation)
    {
        foreach (var reading in step.Readings)
        {
            await ProduceAsync(messages.Reading(step.Room, reading), clock, cancellation);
            Interlocked.Increment(ref _readings);
        }

        if (step.Label is { } label)
        {
            await ProduceAsync(messages.Label(step.Room, label), clock, cancellation);
            Interlocked.Increment(ref _labels);
        }
    }

    private async Task ProduceAsync((string Topic, Message<byte[], byte[]> Message) record, TimeProvider clock, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                producer.Produce(record.Topic, record.Message, Delivered);
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    private void Delivered(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
