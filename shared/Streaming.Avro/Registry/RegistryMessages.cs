using System.Text.Json.Serialization;

namespace Streaming.Avro.Registry;

/// <summary>A schema on its way to a registry.</summary>
internal sealed record SchemaRequest(string Schema, string SchemaType);

/// <summary>A level on its way to a registry.</summary>
internal sealed record LevelRequest(string Compatibility);

internal sealed record IdAnswer(int? Id);

internal sealed record SchemaAnswer(string? Schema, string? SchemaType, SchemaReference[]? References);

internal sealed record SchemaReference(string? Name);

internal sealed record VersionAnswer(string? Subject, int? Version, int? Id, string? Schema);

internal sealed record LevelAnswer(string? CompatibilityLevel);

/// <summary>Some registries give one reason, others several messages.</summary>
internal sealed record VerdictAnswer([property: JsonPropertyName("is_compatible")] bool? IsCompatible, string[]? Messages, string? Reason);

internal sealed record ErrorAnswer([property: JsonPropertyName("error_code")] int? ErrorCode, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SchemaRequest))]
[JsonSerializable(typeof(LevelRequest))]
[JsonSerializable(typeof(IdAnswer))]
[JsonSerializable(typeof(SchemaAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(LevelAnswer))]
[JsonSerializable(typeof(VerdictAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class RegistryJson : JsonSerializerContext;
