using System.Text.Json;
using System.Text.Json.Serialization;

namespace Streaming.Registry.Embedded;

internal sealed record SchemaBody(string? Schema, string? SchemaType, JsonElement[]? References);

internal sealed record LevelBody(string? Compatibility);

internal sealed record IdReply(int Id);

internal sealed record SchemaReply(string Schema);

internal sealed record VersionReply(string Subject, int Version, int Id, string Schema);

internal sealed record PlaceReply(string Subject, int Version);

internal sealed record LevelReply(string CompatibilityLevel);

internal sealed record VerdictReply([property: JsonPropertyName("is_compatible")] bool IsCompatible, IReadOnlyList<string>? Messages);

internal sealed record ModeReply(string Mode);

internal sealed record ErrorReply([property: JsonPropertyName("error_code")] int ErrorCode, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SchemaBody))]
[JsonSerializable(typeof(LevelBody))]
[JsonSerializable(typeof(IdReply))]
[JsonSerializable(typeof(SchemaReply))]
[JsonSerializable(typeof(VersionReply))]
[JsonSerializable(typeof(PlaceReply[]))]
[JsonSerializable(typeof(LevelReply))]
[JsonSerializable(typeof(VerdictReply))]
[JsonSerializable(typeof(ModeReply))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class RegistryReplyJson : JsonSerializerContext;
