using Streaming.Registry.Embedded;

namespace Streaming.Registry.Tests;

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistryConformanceTests : RegistryConformance
{
    private EmbeddedSchemaRegistry? _registry;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }
    }

    protected override async Task<string> StartAsync()
    {
        _registry = await EmbeddedSchemaRegistry.StartAsync();
        return _registry.Url.AbsoluteUri.TrimEnd('/');
    }
}
