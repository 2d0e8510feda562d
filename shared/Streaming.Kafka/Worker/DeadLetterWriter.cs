using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Turns refused records into dead letters: the original bytes with where they came from and why. The schema is <c>dead_letter.avsc</c>.</summary>
internal sealed class DeadLetterWriter(string stage, int schemaId, int largest, IReadOnlyList<string> inputs)
{
    private const int MaxDetailLength = 1000;

    private readonly AvroBuffer _key = new(64);
    private readonly AvroBuffer _value = new(4096);

    /// <summary>Header that says how often a record was redriven, as decimal digits.</summary>
    public static ReadOnlySpan<byte> AttemptHeader => "dead-letter-attempt"u8;

    /// <summary>Adds a record's dead letter to a batch.</summary>
    public void Write(in Record record, int topic, int partition, DeadLetterReason reason, string detail, string? entityId, OutputBatch into, int outputTopic)
    {
        _key.Reset();
        Span<char> place = stackalloc char[300];
        place.TryWrite(CultureInfo.InvariantCulture, $"{inputs[topic]}/{partition}/{record.Offset}", out var length);
        var written = Encoding.UTF8.GetBytes(place[..length], _key.GetSpan(3 * length));
        _key.Advance(written);

        Encode(record, topic, partition, reason, detail, entityId, whole: true);
        if (_key.Length + _value.Length > largest)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(record.Value));
            Encode(record, topic, partition, reason, $"{detail} (left in place: {record.Value.Length} bytes, SHA-256 {hash})", entityId, whole: false);
        }

        into.Add(outputTopic, OutputBatch.ByKey, _key.WrittenSpan, _value.WrittenSpan);
    }

    private void Encode(in Record record, int topic, int partition, DeadLetterReason reason, string detail, string? entityId, bool whole)
    {
        _value.Reset();
        ConfluentFraming.Write(_value, schemaId);
        var writer = new AvroWriter(_value);
        writer.WriteString(stage);
        writer.WriteString(inputs[topic]);
        writer.WriteInt(partition);
        writer.WriteLong(record.Offset);
        writer.WriteBranch(record.AppendTime >= 0 ? 1 : 0);
        if (record.AppendTime >= 0)
        {
            writer.WriteLong(record.AppendTime);
        }

        writer.WriteEnum((int)reason, Enum.GetValues<DeadLetterReason>().Length);
        writer.WriteString(detail.AsSpan(0, Math.Min(detail.Length, MaxDetailLength)));
        var framed = ConfluentFraming.TryRead(record.Value, out var schema, out _);
        writer.WriteBranch(framed ? 1 : 0);
        if (framed)
        {
            writer.WriteInt(schema);
        }

        writer.WriteBranch(entityId is null ? 0 : 1);
        if (entityId is not null)
        {
            writer.WriteString(entityId.AsSpan(0, Math.Min(entityId.Length, MaxDetailLength)));
        }

        writer.WriteInt(Attempt(record.Headers));
        WriteOptional(ref writer, record.HasKey && whole, record.Key);
        WriteOptional(ref writer, record.HasValue && whole, record.Value);
        WriteHeaders(ref writer, whole ? record.Headers : default);
    }

    private static int Attempt(RecordHeaders headers) =>
        headers.TryGet(AttemptHeader, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    private static void WriteOptional(ref AvroWriter writer, bool present, ReadOnlySpan<byte> bytes)
    {
        writer.WriteBranch(present ? 1 : 0);
        if (present)
        {
            writer.WriteBytes(bytes);
        }
    }

    /// <summary>Of several headers of one name a map keeps the last; a null value becomes an empty one.</summary>
    private static void WriteHeaders(ref AvroWriter writer, RecordHeaders headers)
    {
        var last = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            last[Encoding.UTF8.GetString(header.Name)] = header.Value.ToArray();
        }

        writer.WriteBlock(last.Count);
        foreach (var (name, value) in last)
        {
            writer.WriteString(name);
            writer.WriteBytes(value);
        }

        writer.WriteEnd();
    }
}
