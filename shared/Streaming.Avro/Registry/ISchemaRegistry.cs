namespace Streaming.Avro.Registry;

/// <summary>
/// A schema registry. What it does not have comes back as null; every other failure is a <see cref="SchemaRegistryException"/> whose
/// <see cref="SchemaRegistryException.Fault"/> says whether waiting helps. Safe to call from many threads.
/// </summary>
public interface ISchemaRegistry
{
    /// <summary>Registers a schema under a subject, normalised: one that differs in white space or order of attributes alone is the same. Repeating it changes nothing.</summary>
    /// <returns>The schema's id.</returns>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Incompatible"/> where the subject's level forbids it.</exception>
    Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellation);

    /// <summary>The schema under an id, which never changes; null where the registry has no such id.</summary>
    Task<RegistrySchema?> FindByIdAsync(int id, CancellationToken cancellation);

    /// <summary>A schema's place under a subject; null where it is not registered there.</summary>
    Task<SubjectVersion?> FindAsync(string subject, string schema, CancellationToken cancellation);

    /// <summary>The newest schema under a subject; null where the subject is not there.</summary>
    Task<SubjectVersion?> FindLatestAsync(string subject, CancellationToken cancellation);

    /// <summary>The versions under a subject, ascending; empty where the subject is not there.</summary>
    Task<IReadOnlyList<int>> ListVersionsAsync(string subject, CancellationToken cancellation);

    /// <summary>The level that holds for a subject: its own, else the registry's default; null where the registry has neither.</summary>
    Task<CompatibilityLevel?> FindCompatibilityAsync(string subject, CancellationToken cancellation);

    /// <summary>Sets a subject's own level. The subject need not be there yet.</summary>
    Task SetCompatibilityAsync(string subject, CompatibilityLevel level, CancellationToken cancellation);

    /// <summary>Whether a schema may follow the newest one under a subject, by the subject's level. A subject that is not there takes any.</summary>
    Task<CompatibilityAnswer> CheckCompatibilityAsync(string subject, string schema, CancellationToken cancellation);
}

/// <summary>A schema as a registry keeps it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text; JSON where it is Avro.</param>
/// <param name="Type"><c>AVRO</c>, or the name of another language.</param>
/// <param name="HasReferences">Whether it names types that stand in other subjects.</param>
public sealed record RegistrySchema(int Id, string Text, string Type, bool HasReferences);

/// <summary>A schema's place under a subject.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Version">Counted from 1 within the subject.</param>
/// <param name="Id">The schema's id, one for all subjects.</param>
/// <param name="Schema">The schema's text.</param>
public sealed record SubjectVersion(string Subject, int Version, int Id, string Schema);

/// <summary>Whether a schema may follow.</summary>
/// <param name="IsCompatible">Whether it may.</param>
/// <param name="Messages">Why not, in the registry's words.</param>
public sealed record CompatibilityAnswer(bool IsCompatible, IReadOnlyList<string> Messages);
