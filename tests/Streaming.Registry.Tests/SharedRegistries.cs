using Streaming.Registry.Embedded;
using Streaming.Registry.Tests;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(SharedEmbeddedRegistry))]
[assembly: AssemblyFixture(typeof(RegistryServer))]
[assembly: AssemblyFixture(typeof(SharedPython))]

namespace Streaming.Registry.Tests;

/// <summary>Something that is dear to start: once for all tests, at the first use.</summary>
public abstract class Shared<T> : IAsyncDisposable
    where T : class
{
    private readonly SemaphoreSlim _starting = new(1);
    private T? _started;

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_started is IAsyncDisposable started)
        {
            await started.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<T> GetAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _started ??= await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    protected abstract Task<T> StartAsync();
}

/// <summary>One registry in the process for all tests that use subjects of their own.</summary>
public sealed class SharedEmbeddedRegistry : Shared<EmbeddedSchemaRegistry>
{
    public async Task<string> GetUrlAsync() => (await GetAsync()).Url.AbsoluteUri.TrimEnd('/');

    protected override Task<EmbeddedSchemaRegistry> StartAsync() => EmbeddedSchemaRegistry.StartAsync();
}

/// <summary>One Python with an independent client for all tests.</summary>
public sealed class SharedPython : Shared<PythonEnvironment>
{
    public async Task<string> RunAsync(string script, params string[] arguments) => await (await GetAsync()).RunAsync(script, arguments);

    protected override Task<PythonEnvironment> StartAsync() => PythonEnvironment.CreateAsync();
}
