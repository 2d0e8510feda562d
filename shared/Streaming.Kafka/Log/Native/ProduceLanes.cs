using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Records on their way to a producer, gathered by partition and handed over many at a time. Errors of delivery come through the transaction.</summary>
internal sealed unsafe class ProduceLanes : IDisposable
{
    private readonly nint _client;
    private readonly List<TopicLanes> _topics = [];
    private TopicLanes? _last;

    public ProduceLanes(Handle client) => _client = NativeClient.Of(client);

    /// <summary>Adds a record without headers; its memory must stay as it is until <see cref="Push()"/>.</summary>
    /// <exception cref="KafkaException">The producer does not take what was gathered; as of <see cref="Push()"/>. The record has not been added.</exception>
    public void Add(PartitionId partition, in Record record)
    {
        var lane = Find(partition);
        if (lane.Count == Lane.Capacity)
        {
            Push(lane);
        }

        ref var message = ref lane.Messages[lane.Count++];
        message = default;
        message.Key = Address(record.HasKey, record.Key);
        message.KeyLength = (nuint)record.Key.Length;
        message.Value = Address(record.HasValue, record.Value);
        message.ValueLength = (nuint)record.Value.Length;
    }

    /// <summary>Hands over what was gathered for a partition.</summary>
    public void Push(PartitionId partition) => Push(Find(partition));

    /// <summary>Hands over everything that was gathered. After an error that calls for a retry it may be called again, and goes on where it was.</summary>
    /// <exception cref="KafkaException">The producer does not take a record.</exception>
    public void Push()
    {
        foreach (var topic in _topics)
        {
            foreach (var lane in topic.Lanes)
            {
                Push(lane);
            }
        }
    }

    /// <summary>Forgets what was gathered and not handed over.</summary>
    public void Clear()
    {
        foreach (var topic in _topics)
        {
            topic.Lanes.ForEach(lane => lane.Count = 0);
        }
    }

    /// <summary>Must be called before the client is disposed of; repeated, it does nothing.</summary>
    public void Dispose()
    {
        _topics.ForEach(topic => Librdkafka.DestroyTopic(topic.Handle));
        _topics.Clear();
        _last = null;
    }

    // Of a null pointer the library makes a null, so what is empty needs an address, which nobody reads.
    private static byte* Address(bool exists, ReadOnlySpan<byte> bytes) =>
        !exists ? null : bytes.IsEmpty ? (byte*)1 : (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));

    private void Push(Lane lane)
    {
        if (lane.Count == 0)
        {
            return;
        }

        var messages = lane.Messages.AsSpan(0, lane.Count);
        int taken;
        fixed (NativeMessage* first = messages)
        {
            taken = Librdkafka.ProduceBatch(lane.Topic, lane.Partition, Librdkafka.CopyValue, first, messages.Length);
        }

        if (taken == messages.Length)
        {
            lane.Count = 0;
            return;
        }

        // Once there is no room the library takes none of those behind either, so what was taken is a beginning.
        var failed = 0;
        while (messages[failed].Error == 0)
        {
            failed++;
        }

        var error = messages[failed].Error;
        messages[failed..].CopyTo(messages);
        lane.Count -= failed;
        throw NativeClient.Failure(_client, error);
    }

    private Lane Find(PartitionId partition)
    {
        if (!ReferenceEquals(_last?.Name, partition.Topic))
        {
            _last = _topics.Find(topic => topic.Name == partition.Topic);
            if (_last is null)
            {
                _last = new TopicLanes(partition.Topic, Librdkafka.NewTopic(_client, partition.Topic, nint.Zero));
                _topics.Add(_last);
            }
        }

        var lanes = _last!.Lanes;
        while (lanes.Count <= partition.Partition)
        {
            lanes.Add(new Lane(_last.Handle, lanes.Count));
        }

        return lanes[partition.Partition];
    }

    private sealed record TopicLanes(string Name, nint Handle)
    {
        public List<Lane> Lanes { get; } = [];
    }

    private sealed class Lane(nint topic, int partition)
    {
        public const int Capacity = 512;

        public nint Topic => topic;

        public int Partition => partition;

        public NativeMessage[] Messages { get; } = new NativeMessage[Capacity];

        public int Count { get; set; }
    }
}
