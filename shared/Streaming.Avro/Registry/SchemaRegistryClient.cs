using System.Text.Json;

namespace Streaming.Avro.Registry;

/// <summary>
/// A registry that speaks Confluent's REST interface. Failed tries are repeated as <see cref="SchemaRegistryOptions"/> say; schemas are
/// remembered by their ids, which never change.
/// </summary>
public sealed class SchemaRegistryClient : ISchemaRegistry, IDisposable
{
    private const int NoSubject = 40401;
    private const int NoVersion = 40402;
    private const int NoSchema = 40403;
    private const int NoOwnLevel = 40408;

    private readonly RegistryTransport _transport;
    private readonly BoundedCache<int, RegistrySchema> _byId;

    /// <summary>A client by its options.</summary>
    /// <param name="options">Where and how; read once.</param>
    /// <param name="time">The clock of waits and time-outs; the system's by default.</param>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Configuration"/>: the options break rules, all named in the message, or a certificate cannot be read.</exception>
    public SchemaRegistryClient(SchemaRegistryOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new SchemaRegistryException(RegistryFault.Configuration, string.Join(Environment.NewLine, errors));
        }

        _transport = new RegistryTransport(options, time ?? TimeProvider.System);
        _byId = new BoundedCache<int, RegistrySchema>(options.CacheSize);
    }

    /// <inheritdoc/>
    public async Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellation)
    {
        try
        {
            var answer = await _transport.SendAsync(
                HttpMethod.Post,
                $"/subjects/{Escape(subject)}/versions?normalize=true",
                Body(schema),
                response => response.Read(RegistryJson.Default.IdAnswer, answer => answer.Id is null ? null : answer, [])!,
                cancellation).ConfigureAwait(false);
            return answer.Id!.Value;
        }
        catch (SchemaRegistryException refusal) when (refusal.Fault == RegistryFault.Incompatible)
        {
            // Some registries also refuse the second of two who register the same at once, such as a try that timed out here and went on there.
            if (await FindAsync(subject, schema, cancellation).ConfigureAwait(false) is { } registered)
            {
                return registered.Id;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<RegistrySchema?> FindByIdAsync(int id, CancellationToken cancellation)
    {
        if (_byId.TryGet(id, out var known))
        {
            return known;
        }

        var found = await _transport.SendAsync(
            HttpMethod.Get,
            $"/schemas/ids/{id}",
            body: null,
            response => response.Read(RegistryJson.Default.SchemaAnswer, answer => ToSchema(id, answer), [NoSchema]),
            cancellation).ConfigureAwait(false);
        if (found is not null)
        {
            _byId.Add(id, found);
        }

        return found;
    }

    /// <inheritdoc/>
    public Task<SubjectVersion?> FindAsync(string subject, string schema, CancellationToken cancellation) => _transport.SendAsync(
        HttpMethod.Post,
        $"/subjects/{Escape(subject)}?normalize=true",
        Body(schema),
        response => response.Read(RegistryJson.Default.VersionAnswer, ToVersion, [NoSubject, NoSchema]),
        cancellation);

    /// <inheritdoc/>
    public Task<SubjectVersion?> FindLatestAsync(string subject, CancellationToken cancellation) => _transport.SendAsync(
        HttpMethod.Get,
        $"/subjects/{Escape(subject)}/versions/latest",
        body: null,
        response => response.Read(RegistryJson.Default.VersionAnswer, ToVersion, [NoSubject, NoVersion]),
        cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> ListVersionsAsync(string subject, CancellationToken cancellation)
    {
        var versions = await _transport.SendAsync(
            HttpMethod.Get,
            $"/subjects/{Escape(subject)}/versions",
            body: null,
            response => response.Read(RegistryJson.Default.Int32Array, versions => versions, [NoSubject]),
            cancellation).ConfigureAwait(false);
        return versions?.Order().ToArray() ?? [];
    }

    /// <inheritdoc/>
    public async Task<CompatibilityLevel?> FindCompatibilityAsync(string subject, CancellationToken cancellation)
    {
        var answer = await _transport.SendAsync(
            HttpMethod.Get,
            $"/config/{Escape(subject)}?defaultToGlobal=true",
            body: null,
            response => response.Read(RegistryJson.Default.LevelAnswer, answer => CompatibilityLevels.TryParse(answer.CompatibilityLevel, out _) ? answer : null, [NoSubject, NoOwnLevel]),
            cancellation).ConfigureAwait(false);
        return CompatibilityLevels.TryParse(answer?.CompatibilityLevel, out var level) ? level : null;
    }

    /// <inheritdoc/>
    public Task SetCompatibilityAsync(string subject, CompatibilityLevel level, CancellationToken cancellation) => _transport.SendAsync(
        HttpMethod.Put,
        $"/config/{Escape(subject)}",
        JsonSerializer.SerializeToUtf8Bytes(new LevelRequest(level.ToName()), RegistryJson.Default.LevelRequest),
        response => response.Read(RegistryJson.Default.LevelRequest, answer => answer, []),
        cancellation);

    /// <inheritdoc/>
    public async Task<CompatibilityAnswer> CheckCompatibilityAsync(string subject, string schema, CancellationToken cancellation)
    {
        var answer = await _transport.SendAsync(
            HttpMethod.Post,
            $"/compatibility/subjects/{Escape(subject)}/versions/latest?verbose=true&normalize=true",
            Body(schema),
            response => response.Read(RegistryJson.Default.VerdictAnswer, ToAnswer, [NoSubject, NoVersion]),
            cancellation).ConfigureAwait(false);
        return answer ?? new CompatibilityAnswer(true, []);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private static string Escape(string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        return Uri.EscapeDataString(subject);
    }

    private static byte[] Body(string schema) => JsonSerializer.SerializeToUtf8Bytes(new SchemaRequest(schema, "AVRO"), RegistryJson.Default.SchemaRequest);

    private static RegistrySchema? ToSchema(int id, SchemaAnswer answer) =>
        answer.Schema is null ? null : new RegistrySchema(id, answer.Schema, answer.SchemaType ?? "AVRO", answer.References is { Length: > 0 });

    private static SubjectVersion? ToVersion(VersionAnswer answer) =>
        answer is { Subject: { } subject, Version: { } version, Id: { } id, Schema: { } schema } ? new SubjectVersion(subject, version, id, schema) : null;

    private static CompatibilityAnswer? ToAnswer(VerdictAnswer answer) => answer.IsCompatible switch
    {
        null => null,
        true => new CompatibilityAnswer(true, []),
        false => new CompatibilityAnswer(false, answer.Messages is { Length: > 0 } messages ? messages : [answer.Reason ?? "the registry gives no reason"]),
    };
}
