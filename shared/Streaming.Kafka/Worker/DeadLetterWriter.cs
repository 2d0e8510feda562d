using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>Turns refused records into dead letters: the original bytes with where they came from and why.</summary>
internal sealed class DeadLetterWriter(string stage, int schemaId, int largest, IReadOnlyList<string> inputs)
{
    private const int LongestText = 1000;

    private readonly AvroBuffer _value = new(4096);

    /// <summary>Header that says how often a record was redriven, as decimal digits.</summary>
    public static ReadOnlySpan<byte> AttemptHeader => "dead-letter-attempt"u8;

    /// <summary>Adds a record's dead letter to a batch.</summary>
    public void Write(in Record record, int topic, int partition, DeadLetterReason reason, string detail, string? entityId, OutputBatch into, int outputTopic)
    {
        var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{inputs[topic]}/{partition}/{record.Offset}"));
        var fits = key.Length + record.Key.Length + record.Value.Length + record.Headers.Packed.Length <= largest;
        var letter = new DeadLetter
        {
            Stage = stage,
            Topic = inputs[topic],
            Partition = partition,
            Offset = record.Offset,
            AppendTime = record.AppendTime >= 0 ? record.AppendTime : null,
            Reason = reason,
            Detail = Shorten(detail),
            SchemaId = ConfluentFraming.TryRead(record.Value, out var schema, out _) ? schema : null,
            EntityId = entityId is null ? null : Shorten(entityId),
            Attempt = Attempt(record.Headers),
            Key = fits && record.HasKey ? record.Key.ToArray() : null,
            Value = fits && record.HasValue ? record.Value.ToArray() : null,
            Headers = fits ? Headers(record.Headers) : new Dictionary<string, byte[]>(),
        };
        if (fits)
        {
            Encode(letter);
            fits = key.Length + _value.Length <= largest;
        }

        if (!fits)
        {
            Encode(LeftInPlace(letter, record));
        }

        into.Add(outputTopic, OutputBatch.ByKey, key, _value.WrittenSpan);
    }

    private static DeadLetter LeftInPlace(DeadLetter letter, in Record record) => letter with
    {
        Detail = $"{letter.Detail} (left in place: {record.Value.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(record.Value))})",
        Key = null,
        Value = null,
        Headers = new Dictionary<string, byte[]>(),
    };

    private void Encode(DeadLetter letter)
    {
        _value.Reset();
        ConfluentFraming.Write(_value, schemaId);
        var writer = new AvroWriter(_value);
        DeadLetter.Encode(ref writer, letter);
    }

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static int Attempt(RecordHeaders headers) =>
        headers.TryGet(AttemptHeader, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    /// <summary>Of several headers of one name the last is kept; a null value becomes an empty one.</summary>
    private static Dictionary<string, byte[]> Headers(RecordHeaders headers)
    {
        var last = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            last[Encoding.UTF8.GetString(header.Name)] = header.Value.ToArray();
        }

        return last;
    }
}
