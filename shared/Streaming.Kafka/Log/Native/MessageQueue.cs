using System.Runtime.InteropServices;
using Confluent.Kafka;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>
/// A consumer's records as they lie in the library's memory. Serving the queue serves the client's handlers too, on the calling thread, as a poll
/// of Confluent's does.
/// </summary>
internal sealed unsafe class MessageQueue : IDisposable
{
    /// <summary>The most records that one call takes.</summary>
    public const int MostAtOnce = 1024;

    private readonly nint _client;
    private readonly HeaderPacker _headers = new();
    private readonly NativeMessage** _taken = (NativeMessage**)NativeMemory.Alloc(MostAtOnce, (nuint)sizeof(NativeMessage*));
    private nint _queue;
    private nint[] _held = new nint[MostAtOnce];

    public MessageQueue(Handle client)
    {
        _client = NativeClient.Of(client);
        _queue = Librdkafka.ConsumerQueue(_client);
    }

    /// <summary>How many records are held.</summary>
    public int Held { get; private set; }

    /// <summary>Takes what is at hand; waits for the first. Each record must be given to <see cref="Hold"/> or <see cref="Destroy"/>.</summary>
    /// <returns>How many there are, from position 0 on.</returns>
    public int Take(TimeSpan wait, int most)
    {
        var size = (nuint)Math.Clamp(most, 1, MostAtOnce);
        var count = (int)Librdkafka.ConsumeBatch(_queue, 0, _taken, size);
        if (count > 0 || wait <= TimeSpan.Zero)
        {
            return count;
        }

        // The library waits until it has all that were asked for: so for one alone, and then for what came with it.
        count = (int)Librdkafka.ConsumeBatch(_queue, (int)Math.Ceiling(wait.TotalMilliseconds), _taken, 1);
        return count == 1 && size > 1 ? 1 + (int)Librdkafka.ConsumeBatch(_queue, 0, _taken + 1, size - 1) : count;
    }

    /// <summary>The record at a position of the last <see cref="Take"/>.</summary>
    public NativeMessage* this[int index] => _taken[index];

    /// <summary>When the broker appended a record; -1 where it does not stamp.</summary>
    public static long AppendTime(NativeMessage* message)
    {
        int kind;
        var time = Librdkafka.MessageTimestamp(message, &kind);
        return kind == Librdkafka.LogAppendTime ? time : -1;
    }

    /// <summary>A record's headers, packed; valid until the next call.</summary>
    public RecordHeaders Headers(NativeMessage* message)
    {
        nint headers;
        return Librdkafka.MessageHeaders(message, &headers) == 0 ? _headers.Pack(headers) : default;
    }

    /// <summary>What an error stands for.</summary>
    public KafkaException Failure(NativeMessage* message) =>
        NativeClient.Failure(_client, message->Error, message->Value is null ? null : Marshal.PtrToStringUTF8((nint)message->Value, (int)message->ValueLength));

    /// <summary>A topic's name, as UTF-8.</summary>
    public static ReadOnlySpan<byte> TopicName(nint topic) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(Librdkafka.TopicName(topic));

    /// <summary>Keeps a record's memory until <see cref="Release"/>.</summary>
    public void Hold(NativeMessage* message)
    {
        if (Held == _held.Length)
        {
            Array.Resize(ref _held, 2 * Held);
        }

        _held[Held++] = (nint)message;
    }

    /// <summary>Gives a record's memory back.</summary>
    public static void Destroy(NativeMessage* message) => Librdkafka.DestroyMessage(message);

    /// <summary>Gives back what is held.</summary>
    public void Release()
    {
        foreach (var message in _held.AsSpan(0, Held))
        {
            Librdkafka.DestroyMessage((NativeMessage*)message);
        }

        Held = 0;
    }

    /// <summary>Must be called before the client is closed; repeated, it does nothing.</summary>
    public void Dispose()
    {
        if (_queue != nint.Zero)
        {
            Release();
            Librdkafka.DestroyQueue(_queue);
            NativeMemory.Free(_taken);
            _queue = nint.Zero;
        }
    }
}
