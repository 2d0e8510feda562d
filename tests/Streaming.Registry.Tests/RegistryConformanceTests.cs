namespace Streaming.Registry.Tests;

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistryConformanceTests(SharedEmbeddedRegistry shared) : RegistryConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistryConformanceTests(SharedRealRegistry shared) : RegistryConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistrySubjectSetupTests(SharedEmbeddedRegistry shared) : SubjectSetupConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistrySubjectSetupTests(SharedRealRegistry shared) : SubjectSetupConformance
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>The registry in the process, over HTTP.</summary>
public sealed class EmbeddedRegistryIndependentClientTests(SharedEmbeddedRegistry shared, SharedPython python) : IndependentClientConformance(python)
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}

/// <summary>A real registry server, made by others.</summary>
public sealed class RealRegistryIndependentClientTests(SharedRealRegistry shared, SharedPython python) : IndependentClientConformance(python)
{
    protected override Task<string> StartAsync() => shared.GetUrlAsync();
}
