using Streaming.Avro.Registry;

namespace Streaming.Registry;

/// <summary>Brings the schemas of the topics into a registry, or finds them there.</summary>
public sealed class SubjectSetup(ISchemaRegistry registry)
{
    /// <summary>Sets each subject's level and registers its schema. What is there already stays as it is, so it may be repeated.</summary>
    /// <returns>The ids by topic.</returns>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Incompatible"/> where the registry holds schemas that these may not follow: the
    /// message names every one, and the others are registered. Other faults as of <see cref="ISchemaRegistry"/>.</exception>
    public async Task<IReadOnlyDictionary<string, int>> RegisterAsync(IEnumerable<SubjectSchema> wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var ids = new Dictionary<string, int>();
        var refusals = new List<string>();
        foreach (var subject in wanted)
        {
            try
            {
                ids[subject.Topic] = await RegisterAsync(subject, cancellation).ConfigureAwait(false);
            }
            catch (SchemaRegistryException failure) when (failure.Fault is RegistryFault.Incompatible or RegistryFault.Invalid)
            {
                refusals.Add(await ExplainAsync(subject, failure, cancellation).ConfigureAwait(false));
            }
        }

        return refusals.Count == 0 ? ids : throw new SchemaRegistryException(RegistryFault.Incompatible, string.Join(Environment.NewLine, refusals));
    }

    /// <summary>Finds the ids of schemas that were registered before. Changes nothing.</summary>
    /// <returns>The ids by topic.</returns>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Configuration"/> where some are not registered: the message names every one.
    /// Other faults as of <see cref="ISchemaRegistry"/>.</exception>
    public async Task<IReadOnlyDictionary<string, int>> FindAsync(IEnumerable<SubjectSchema> wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var ids = new Dictionary<string, int>();
        var missing = new List<string>();
        foreach (var subject in wanted)
        {
            var found = await registry.FindAsync(subject.Subject, subject.Schema, cancellation).ConfigureAwait(false);
            if (found is null)
            {
                missing.Add($"Subject '{subject.Subject}' does not hold the schema that this version writes to topic '{subject.Topic}'; register it with 'streaming init', with the same prefix.");
            }
            else
            {
                ids[subject.Topic] = found.Id;
            }
        }

        return missing.Count == 0 ? ids : throw new SchemaRegistryException(RegistryFault.Configuration, string.Join(Environment.NewLine, missing));
    }

    private async Task<int> RegisterAsync(SubjectSchema wanted, CancellationToken cancellation)
    {
        // The level comes first, so that the registry checks this very registration by it: its default may be to check nothing.
        if (await registry.FindCompatibilityAsync(wanted.Subject, cancellation).ConfigureAwait(false) != wanted.Level)
        {
            await registry.SetCompatibilityAsync(wanted.Subject, wanted.Level, cancellation).ConfigureAwait(false);
        }

        // A schema that is there need not be compatible with those that came after it.
        var known = await registry.FindAsync(wanted.Subject, wanted.Schema, cancellation).ConfigureAwait(false);
        return known?.Id ?? await registry.RegisterAsync(wanted.Subject, wanted.Schema, cancellation).ConfigureAwait(false);
    }

    private async Task<string> ExplainAsync(SubjectSchema wanted, SchemaRegistryException refusal, CancellationToken cancellation)
    {
        var latest = await registry.FindLatestAsync(wanted.Subject, cancellation).ConfigureAwait(false);
        var held = latest is null ? "no schema yet" : $"version {latest.Version} with id {latest.Id}";
        return $"Subject '{wanted.Subject}' (level {wanted.Level.ToName()}, holding {held}) does not take the schema of topic '{wanted.Topic}': {refusal.Message} "
            + "Somebody else registered another schema there: use another prefix, or delete the subject if nothing was written with it.";
    }
}
