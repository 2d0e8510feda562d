using Streaming.Registry.Tests;

[assembly: AssemblyFixture(typeof(SharedRealRegistry))]

namespace Streaming.Registry.Tests;

/// <summary>One real registry for all tests that use subjects of their own, started at the first use.</summary>
public sealed class SharedRealRegistry : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private RealRegistry? _server;

    public async Task<RealRegistry> GetAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _server ??= await RealRegistry.StartAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
