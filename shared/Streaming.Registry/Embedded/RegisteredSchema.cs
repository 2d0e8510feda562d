using System.Text.Json;
using Streaming.Avro;

namespace Streaming.Registry.Embedded;

/// <summary>A schema as a registry keeps it.</summary>
/// <param name="Id">Its id; 0 before it has one.</param>
/// <param name="Text">Its text, as it was first registered.</param>
/// <param name="NormalText">The same for schemas that differ in white space, order of attributes or the writing of names alone.</param>
/// <param name="Schema">What it says.</param>
internal sealed record RegisteredSchema(int Id, string Text, string NormalText, AvroSchema Schema)
{
    // What the schema's own normal form already holds. Other attributes, such as a decimal's scale, tell schemas apart too.
    private static readonly HashSet<string> Modelled = ["type", "name", "namespace", "doc", "aliases", "fields", "symbols", "size", "items", "values", "default"];

    /// <exception cref="RegistryRefusal">The text is no Avro schema.</exception>
    public static RegisteredSchema Parse(string text)
    {
        if (!AvroSchema.TryParse(text, out var schema, out var error))
        {
            throw RegistryRefusal.InvalidSchema(error!);
        }

        var others = new List<string>();
        using var json = Json(text);
        CollectOthers(json.RootElement, "", others);
        return new RegisteredSchema(0, text, string.Join('\n', [schema!.Text, .. others.Order(StringComparer.Ordinal)]), schema);
    }

    private static JsonDocument Json(string text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1024 });
        }
        catch (JsonException failure)
        {
            throw RegistryRefusal.InvalidSchema(failure.Message);
        }
    }

    private static void CollectOthers(JsonElement schema, string path, List<string> others)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in schema.EnumerateArray().Index())
            {
                CollectOthers(item, $"{path}/{index}", others);
            }
        }
        else if (schema.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in schema.EnumerateObject())
            {
                if (member.Name is "type" or "items" or "values" or "fields")
                {
                    // A type that is written as an object of its own means the same as one written into its place.
                    CollectOthers(member.Value, member.Name == "type" ? path : $"{path}/{member.Name}", others);
                }
                else if (!Modelled.Contains(member.Name))
                {
                    others.Add($"{path}/{member.Name}={member.Value.GetRawText()}");
                }
            }
        }
    }
}
