using Confluent.Kafka;

namespace Streaming.Local.Sample;

/// <summary>Publishes a sample's readings, attributes and labels, as devices and people would, at the speed that was asked for.</summary>
internal sealed class SamplePlayer(IReadOnlyList<SampleStep> steps, SampleMessages messages, IProducer<byte[], byte[]> producer)
{
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
    /// <param name="isFull">Whether so many readings are on their way that none should follow yet.</param>
    /// <param name="clock">Gives the pace.</param>
    /// <param name="cancellation">Ends the play early.</param>
    /// <exception cref="KafkaException">The broker did not take a record.</exception>
    public async Task PlayAsync(double? speed, Func<bool> isFull, TimeProvider clock, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        foreach (var step in steps)
        {
            while (speed is { } pace && clock.GetElapsedTime(start).TotalMilliseconds * pace < step.Elapsed)
            {
                await Task.Delay(Pause, clock, cancellation);
            }

            while (isFull())
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
        foreach (var attributes in step.Attributes)
        {
            await ProduceAsync(messages.Attributes(attributes), clock, cancellation);
        }

        foreach (var reading in step.Readings)
        {
            await ProduceAsync(messages.Reading(reading), clock, cancellation);
            Interlocked.Increment(ref _readings);
        }

        foreach (var label in step.Labels)
        {
            await ProduceAsync(messages.Label(label), clock, cancellation);
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
