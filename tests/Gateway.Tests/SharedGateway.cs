using Streaming.Testing;

namespace Streaming.Gateway.Tests;

/// <summary>The tests that share a gateway.</summary>
[CollectionDefinition(Name)]
public sealed class SharedGatewayTests : ICollectionFixture<SharedGateway>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "shared gateway";
}

/// <summary>One gateway for all tests that do not mind others' readings.</summary>
public sealed class SharedGateway(KafkaServer kafka, RegistryServer registry) : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private TestGateway? _gateway;

    internal async Task<TestGateway> GetAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _gateway ??= await TestGateway.StartAsync(kafka, registry, new GatewayOptions { MaxBodyBytes = 64 << 10, MaxReadings = 50, MaxWatchers = 3 });
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _starting.Dispose();
    }
}
