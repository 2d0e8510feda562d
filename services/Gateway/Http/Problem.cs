using System.Text.Json.Serialization;

namespace Streaming.Gateway.Http;

/// <summary>What was wrong, after RFC 9457.</summary>
/// <param name="Type">A stable name of the kind of problem, as a URN.</param>
/// <param name="Title">The kind, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">This case: the rule, the value, and what to do.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail)
{
    /// <summary>Which reading of the request; null for the request as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary>Which field; null for the whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    /// <summary>One for each refused reading; null where the request failed as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Problem>? Errors { get; init; }
}
