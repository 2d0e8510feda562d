using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Pipes;

namespace Streaming.Registry;

/// <summary>
/// Holds back records whose writer schema is still being fetched. A record without a frame, and one whose schema is unknown or cannot be
/// read, is ready: the filter refuses it.
/// </summary>
public sealed class SchemaReadinessGate : IReadinessGate
{
    private readonly IWriterSchemas?[] _byTopic;

    /// <summary>A gate over input topics.</summary>
    /// <param name="byTopic">The schemas for each input topic, in the order of the filter's binding; null for a topic whose records are always ready.</param>
    public SchemaReadinessGate(IReadOnlyList<IWriterSchemas?> byTopic) => _byTopic = [.. byTopic];

    /// <inheritdoc/>
    public bool IsReady(int topic, ReadOnlySpan<byte> value) =>
        _byTopic[topic] is not { } schemas
        || !ConfluentFraming.TryRead(value, out var id, out _)
        || schemas.TryGet(id, out _) != WriterSchemaStatus.Fetching;
}
