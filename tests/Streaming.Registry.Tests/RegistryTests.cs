using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

/// <summary>Tests that hold for any registry: each kind of registry has a class of its own that derives from them.</summary>
public abstract class RegistryTests : IAsyncLifetime
{
    private SchemaRegistryClient? _client;

    protected SchemaRegistryClient Client => _client!;

    protected string BaseUrl { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        BaseUrl = await StartAsync();
        _client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = BaseUrl });
    }

    public virtual ValueTask DisposeAsync()
    {
        _client?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts the registry, or finds it.</summary>
    /// <returns>Its base URL, without a slash at the end.</returns>
    protected abstract Task<string> StartAsync();
}
