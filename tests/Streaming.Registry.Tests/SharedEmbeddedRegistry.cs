using Streaming.Registry.Embedded;
using Streaming.Registry.Tests;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(SharedEmbeddedRegistry))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace Streaming.Registry.Tests;

/// <summary>One registry in the process for all tests that use subjects of their own.</summary>
public sealed class SharedEmbeddedRegistry : IAsyncLifetime
{
    private EmbeddedSchemaRegistry? _registry;

    public Task<string> GetUrlAsync() => Task.FromResult(_registry!.Url.AbsoluteUri.TrimEnd('/'));

    public async ValueTask InitializeAsync() => _registry = await EmbeddedSchemaRegistry.StartAsync();

    public ValueTask DisposeAsync() => _registry!.DisposeAsync();
}
