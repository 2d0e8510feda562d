namespace Streaming.Avro.Registry;

/// <summary>A schema that records were written with, ready to be read.</summary>
public sealed class WriterSchema
{
    /// <summary>A schema under its id.</summary>
    internal WriterSchema(int id, string text)
    {
        Id = id;
        Text = text;
    }

    /// <summary>The id in the frame of the records.</summary>
    public int Id { get; }

    /// <summary>The schema as the registry gave it, JSON.</summary>
    public string Text { get; }
}
