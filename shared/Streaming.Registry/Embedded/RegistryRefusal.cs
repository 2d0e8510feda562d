namespace Streaming.Registry.Embedded;

/// <summary>The registry refuses a request, with the code and the words that clients of Confluent's interface know.</summary>
internal sealed class RegistryRefusal : Exception
{
    private RegistryRefusal(int code, string message)
        : base(message) => Code = code;

    /// <summary>The error code: an HTTP status, or one with two more digits.</summary>
    public int Code { get; }

    /// <summary>The HTTP status that the code belongs to.</summary>
    public int Status => Code < 1000 ? Code : Code / 100;

    public static RegistryRefusal SubjectNotFound(string subject) => new(40401, $"Subject '{subject}' not found.");

    public static RegistryRefusal VersionNotFound(int version) => new(40402, $"Version {version} not found.");

    public static RegistryRefusal SchemaNotFound() => new(40403, "Schema not found");

    public static RegistryRefusal SchemaNotFound(int id) => new(40403, $"Schema {id} not found");

    public static RegistryRefusal NoOwnLevel(string subject) => new(40408, $"Subject '{subject}' does not have subject-level compatibility configured");

    public static RegistryRefusal InvalidSchema(string reason) => new(42201, $"Invalid schema: {reason}");

    public static RegistryRefusal InvalidVersion(string version) =>
        new(42202, $"The specified version '{version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");

    public static RegistryRefusal InvalidLevel() =>
        new(42203, "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive");

    public static RegistryRefusal Incompatible(string subject, IEnumerable<string> messages) =>
        new(409, $"Schema being registered is incompatible with an earlier schema for subject \"{subject}\": {string.Join("; ", messages)}");

    public static RegistryRefusal Malformed(string reason) => new(400, $"The request is not valid: {reason}");

    public static RegistryRefusal TooLarge(int most) => new(413, $"The request is larger than {most} bytes");

    public static RegistryRefusal Full(int most) => new(50001, $"The registry keeps at most {most} schemas, and they are used up");
}
