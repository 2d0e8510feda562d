using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Streaming.Kafka;

/// <summary>The calls of librdkafka that move records by the batch, without an object for each. Everything else goes through Confluent's client.</summary>
internal static unsafe partial class Librdkafka
{
    /// <summary>Not an error: the end of a partition.</summary>
    public const int PartitionEnd = -191;

    /// <summary>Something final has happened; <see cref="FatalError"/> tells what.</summary>
    public const int Fatal = -150;

    /// <summary>There is no room for more records to produce.</summary>
    public const int QueueFull = -184;

    /// <summary>The timestamp is the broker's.</summary>
    public const int LogAppendTime = 2;

    /// <summary>The library copies a produced value before the call returns.</summary>
    public const int CopyValue = 2;

    private const string Library = "librdkafka";
    private const int ReasonBytes = 512;

    // Confluent's client chooses between builds of the library; a second one in the process would know nothing of its clients.
    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    /// <summary>The queue of a consumer: records and the group's events.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint ConsumerQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    /// <summary>Serves handlers and takes records until there are <paramref name="size"/>, or the time is over.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatch(nint queue, int timeoutMilliseconds, NativeMessage** messages, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void DestroyMessage(NativeMessage* message);

    /// <summary>Reads two fields and returns.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long MessageTimestamp(NativeMessage* message, int* kind);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static partial int MessageHeaders(NativeMessage* message, nint* headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    public static partial int Header(nint headers, nuint index, byte** name, byte** value, nuint* length);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    public static partial byte* TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopic(nint client, string name, nint settings);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    /// <summary>Enqueues records of one partition; those that it could not take have their error set.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produce_batch")]
    public static partial int ProduceBatch(nint topic, int partition, int flags, NativeMessage* messages, int count);

    /// <summary>What was final in a client, in words; the code is 0 where nothing was.</summary>
    public static (int Code, string Reason) FatalError(nint client)
    {
        var text = stackalloc byte[ReasonBytes];
        var code = ReadFatalError(client, text, ReasonBytes);
        return (code, code == 0 ? "" : Marshal.PtrToStringUTF8((nint)text) ?? "");
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    private static partial int ReadFatalError(nint client, byte* text, nuint size);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (name == Library && module.ModuleName.Contains(Library, StringComparison.Ordinal))
            {
                return NativeLibrary.Load(module.FileName);
            }
        }

        return nint.Zero;
    }
}
