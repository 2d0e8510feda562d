using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Registry;

namespace Streaming.Hosting;

/// <summary>What a stage's filters share: the schemas of what they read, the ids of what they write. Made once the registry has answered.</summary>
public sealed class StageClients : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<IAsyncDisposable> _kept = [];
    private readonly Dictionary<Topic, WriterSchemas> _schemas;
    private readonly IReadOnlyDictionary<Topic, int> _ids;

    private readonly Action<string> _waiting;

    private StageClients(ISchemaRegistry registry, IReadOnlyDictionary<Topic, int> ids, Dictionary<Topic, WriterSchemas> schemas, Action<string> waiting)
    {
        Registry = registry;
        _waiting = waiting;
        _ids = ids;
        _schemas = schemas;
    }

    /// <summary>Asks the registry for the ids of everything that the stage writes, and waits as long as it is away.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="names">Full names.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="clock">Paces the attempts.</param>
    /// <param name="waiting">Told why it waits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ConfigurationException">A schema is not registered, or the registry refuses us.</exception>
    public static async Task<StageClients> OpenAsync(
        ChainStage stage, TopicNames names, ISchemaRegistry registry, TimeProvider clock, Action<string> waiting, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(waiting);
        Topic[] written = [.. stage.Outputs, Topics.DeadLetters, .. stage.State is null ? (Topic[])[] : [stage.State]];
        while (true)
        {
            try
            {
                var ids = await new SubjectSetup(registry, names).FindAsync(written, cancellation);
                return new StageClients(registry, ids, stage.Inputs.ToDictionary(topic => topic, topic => new WriterSchemas(registry, topic.Schema)), waiting);
            }
            catch (SchemaRegistryException away) when (away.Fault == RegistryFault.Unavailable)
            {
                waiting($"waiting for the schema registry: {away.Message}");
                await Task.Delay(Pause, clock, cancellation);
            }
            catch (SchemaRegistryException refusal)
            {
                throw new ConfigurationException(refusal.Message.Split(Environment.NewLine));
            }
        }
    }

    /// <summary>The schema registry.</summary>
    public ISchemaRegistry Registry { get; }

    /// <summary>The schemas that records of an input topic were written with.</summary>
    public IWriterSchemas SchemasOf(Topic topic) => _schemas[topic];

    /// <summary>The id that values of an output topic are framed with.</summary>
    public int IdOf(Topic topic) => _ids[topic];

    /// <summary>Tells the log and whoever asks after the service's health what its start waits for.</summary>
    public void Wait(string reason) => _waiting(reason);

    /// <summary>Takes charge of something that filters use: it is disposed of after they have ended.</summary>
    public T Keep<T>(T used)
        where T : IAsyncDisposable
    {
        _kept.Add(used);
        return used;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var used in _kept)
        {
            await used.DisposeAsync();
        }

        foreach (var schemas in _schemas.Values)
        {
            await schemas.DisposeAsync();
        }
    }
}
