namespace Streaming.Registry.Tests;

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistryConformanceTests(SharedRealRegistry shared) : RegistryConformance
{
    protected override async Task<string> StartAsync() => (await shared.GetAsync()).Url;
}
