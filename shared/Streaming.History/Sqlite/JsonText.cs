using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

/// <summary>Maps and layouts as JSON, the same for the same content.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An object with its names in ordinal order.</summary>
    public static string Of(IReadOnlyDictionary<string, string> map) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(map.ToDictionary(), StringComparer.Ordinal), Format);

    /// <summary>An array of objects with name, description and unit.</summary>
    public static string Of(IReadOnlyList<FeatureColumn> layout) => JsonSerializer.Serialize(layout, Format);

    /// <summary>What <see cref="Of(IReadOnlyDictionary{string, string})"/> wrote.</summary>
    public static IReadOnlyDictionary<string, string> Map(string text) => JsonSerializer.Deserialize<Dictionary<string, string>>(text, Format) ?? [];

    /// <summary>What <see cref="Of(IReadOnlyList{FeatureColumn})"/> wrote.</summary>
    public static IReadOnlyList<FeatureColumn> Layout(string text) => JsonSerializer.Deserialize<FeatureColumn[]>(text, Format) ?? [];
}
