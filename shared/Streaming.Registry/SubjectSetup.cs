using Streaming.Avro.Registry;
using Streaming.Contracts;

namespace Streaming.Registry;

/// <summary>Brings the schemas of topics into a registry, or finds them there.</summary>
/// <param name="registry">The registry.</param>
/// <param name="names">The full names of the topics; subjects follow them.</param>
public sealed class SubjectSetup(ISchemaRegistry registry, TopicNames names)
{
    /// <summary>Sets each subject's level and registers its schema. What is there already stays as it is, so it may be repeated.</summary>
    /// <returns>The ids by topic.</returns>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Incompatible"/> where the registry holds schemas that these may not follow: the
    /// message names every one, and the others are registered. Other faults as of <see cref="ISchemaRegistry"/>.</exception>
    public async Task<IReadOnlyDictionary<Topic, int>> RegisterAsync(IEnumerable<Topic> topics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var ids = new Dictionary<Topic, int>();
        var refusals = new List<string>();
        foreach (var topic in topics)
        {
            try
            {
                ids[topic] = await RegisterAsync(topic, cancellation).ConfigureAwait(false);
            }
            catch (SchemaRegistryException failure) when (failure.Fault is RegistryFault.Incompatible or RegistryFault.Invalid)
            {
                refusals.Add(await ExplainAsync(topic, failure, cancellation).ConfigureAwait(false));
            }
        }

        return refusals.Count == 0 ? ids : throw new SchemaRegistryException(RegistryFault.Incompatible, string.Join(Environment.NewLine, refusals));
    }

    /// <summary>Finds the ids of schemas that were registered before. Changes nothing.</summary>
    /// <returns>The ids by topic.</returns>
    /// <exception cref="SchemaRegistryException"><see cref="RegistryFault.Configuration"/> where some are not registered: the message names every one.
    /// Other faults as of <see cref="ISchemaRegistry"/>.</exception>
    public async Task<IReadOnlyDictionary<Topic, int>> FindAsync(IEnumerable<Topic> topics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var ids = new Dictionary<Topic, int>();
        var missing = new List<string>();
        foreach (var topic in topics)
        {
            var found = await registry.FindAsync(names.SubjectOf(topic), topic.Schema.Text, cancellation).ConfigureAwait(false);
            if (found is null)
            {
                missing.Add($"Subject '{names.SubjectOf(topic)}' does not hold the schema that this version has for topic '{names.Of(topic)}'; register it with 'streaming init', with the same prefix.");
            }
            else
            {
                ids[topic] = found.Id;
            }
        }

        return missing.Count == 0 ? ids : throw new SchemaRegistryException(RegistryFault.Configuration, string.Join(Environment.NewLine, missing));
    }

    private async Task<int> RegisterAsync(Topic topic, CancellationToken cancellation)
    {
        // The level comes first, so that the registry checks this very registration by it: its default may be to check nothing.
        var subject = names.SubjectOf(topic);
        if (await registry.FindCompatibilityAsync(subject, cancellation).ConfigureAwait(false) != topic.Compatibility)
        {
            await registry.SetCompatibilityAsync(subject, topic.Compatibility, cancellation).ConfigureAwait(false);
        }

        // A schema that is there need not be compatible with those that came after it.
        var known = await registry.FindAsync(subject, topic.Schema.Text, cancellation).ConfigureAwait(false);
        return known?.Id ?? await registry.RegisterAsync(subject, topic.Schema.Text, cancellation).ConfigureAwait(false);
    }

    private async Task<string> ExplainAsync(Topic topic, SchemaRegistryException refusal, CancellationToken cancellation)
    {
        var subject = names.SubjectOf(topic);
        var latest = await registry.FindLatestAsync(subject, cancellation).ConfigureAwait(false);
        var held = latest is null ? "no schema yet" : $"version {latest.Version} with id {latest.Id}";
        return $"Subject '{subject}' (level {topic.Compatibility.ToName()}, holding {held}) does not take the schema of topic '{names.Of(topic)}': {refusal.Message} "
            + "Somebody else registered another schema there: use another prefix, or delete the subject if nothing was written with it.";
    }
}
