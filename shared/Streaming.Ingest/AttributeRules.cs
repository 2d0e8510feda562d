using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>What a record of attributes must be like. It may be valid from any time: what is known beforehand may be said beforehand.</summary>
/// <param name="options">The bounds.</param>
public sealed class AttributeRules(IngestOptions options)
{
    private readonly NameSet _names = new();

    /// <summary>The first rule that it breaks; null where it breaks none.</summary>
    internal Fault? Check(scoped in EntityAttributesView attributes) =>
        ReadingRules.CheckId(attributes.EntityId, "entity_id", options)
        ?? (attributes.HasGroupId && !attributes.GroupId.IsEmpty ? ReadingRules.CheckId(attributes.GroupId, "group_id", options) : null)
        ?? ReadingRules.CheckValues(attributes.Attributes, "attributes", allowNaN: true, _names, options);

    /// <summary>Whether SensorIngest lets a record of attributes pass.</summary>
    public bool Allow(EntityAttributes attributes)
    {
        var reader = new AvroReader(AvroCodec.ToBody(attributes), AvroLimits.Default);
        EntityAttributesView.TryRead(ref reader, out var view);
        return reader.End() == AvroStatus.Ok && Check(view) is null;
    }
}
