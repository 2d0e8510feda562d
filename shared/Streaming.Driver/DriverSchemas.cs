using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;

namespace Streaming.Driver;

/// <summary>The schemas that values are written with: those of the topics, and any that a test adds, as a registry would know them.</summary>
internal sealed class DriverSchemas
{
    private readonly Dictionary<Topic, int> _ids;
    private readonly Dictionary<int, AvroSchema> _known = [];

    public DriverSchemas(IReadOnlyDictionary<Topic, int>? ids)
    {
        _ids = Topics.All.Index().ToDictionary(topic => topic.Item, topic => ids?.GetValueOrDefault(topic.Item, topic.Index + 1) ?? topic.Index + 1);
        foreach (var (topic, id) in _ids)
        {
            _known[id] = topic.Schema;
        }
    }

    /// <summary>The id that a topic's values are framed with.</summary>
    public int IdOf(Topic topic) => _ids[topic];

    /// <summary>Makes another schema known.</summary>
    public int Add(AvroSchema schema)
    {
        var id = _known.Keys.Max() + 1;
        _known.Add(id, schema);
        return id;
    }

    /// <summary>All of them, read as a topic's schema.</summary>
    public IWriterSchemas For(Topic topic) => new ReadAs(_known, topic.Schema);

    private sealed class ReadAs(Dictionary<int, AvroSchema> known, AvroSchema reader) : IWriterSchemas
    {
        private readonly Dictionary<int, (WriterSchema? Schema, string? Error)> _resolved = [];

        public WriterSchemaStatus TryGet(int id, out WriterSchema? schema)
        {
            schema = Resolve(id).Schema;
            return schema is not null ? WriterSchemaStatus.Ready : known.ContainsKey(id) ? WriterSchemaStatus.Incompatible : WriterSchemaStatus.Unknown;
        }

        public string? Explain(int id) => Resolve(id).Error;

        private (WriterSchema? Schema, string? Error) Resolve(int id)
        {
            if (!known.TryGetValue(id, out var writer))
            {
                return default;
            }

            if (!_resolved.TryGetValue(id, out var found))
            {
                found = ResolutionPlan.TryCreate(writer, reader, out var plan, out var error) ? (new WriterSchema(id, plan!), null) : (null, error);
                _resolved.Add(id, found);
            }

            return found;
        }
    }
}
