namespace Streaming.Avro.Registry;

/// <summary>The schemas that records were written with, by their ids, ready to be read as one reader's schema. Safe to call from many threads.</summary>
public interface IWriterSchemas
{
    /// <summary>Looks an id up without waiting. An id seen for the first time begins to be fetched in the background.</summary>
    /// <param name="id">The id in the record's frame.</param>
    /// <param name="schema">The schema where the status is <see cref="WriterSchemaStatus.Ready"/>, else null.</param>
    WriterSchemaStatus TryGet(int id, out WriterSchema? schema);

    /// <summary>Why an id is <see cref="WriterSchemaStatus.Unknown"/> or <see cref="WriterSchemaStatus.Incompatible"/>, in words; null for any other.</summary>
    string? Explain(int id);
}
