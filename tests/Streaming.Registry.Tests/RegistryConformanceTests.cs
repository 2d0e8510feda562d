using Streaming.Testing;

namespace Streaming.Registry.Tests;

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistryConformanceTests(SharedEmbeddedRegistry shared) : RegistryConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistryConformanceTests(RegistryServer server) : RegistryConformance
{
    protected override Task<string> StartAsync() => server.StartAsync();
}

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistrySubjectSetupTests(SharedEmbeddedRegistry shared) : SubjectSetupConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistrySubjectSetupTests(RegistryServer server) : SubjectSetupConformance
{
    protected override Task<string> StartAsync() => server.StartAsync();
}

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistryIndependentClientTests(SharedEmbeddedRegistry shared) : IndependentClientConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistryIndependentClientTests(RegistryServer server) : IndependentClientConformance
{
    protected override Task<string> StartAsync() => server.StartAsync();
}
