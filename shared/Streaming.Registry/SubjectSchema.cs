using Streaming.Avro.Registry;

namespace Streaming.Registry;

/// <summary>What a registry must hold for a topic's values.</summary>
/// <param name="Topic">The topic's full name, prefix included.</param>
/// <param name="Schema">The schema, complete in itself.</param>
/// <param name="Level">What later schemas under the subject must keep to.</param>
public sealed record SubjectSchema(string Topic, string Schema, CompatibilityLevel Level)
{
    /// <summary>The subject, by the strategy that every client's default is: the topic's name with <c>-value</c>.</summary>
    public string Subject => Topic + "-value";
}
