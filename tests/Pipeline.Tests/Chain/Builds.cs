using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>The programs under test, of the same build as the tests.</summary>
internal static class Builds
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>A service's program.</summary>
    public static string Of(string service, string? assembly = null) =>
        Repository.PathOf("services", service, "bin", Configuration, "net10.0", (assembly ?? $"Streaming.{service}") + ".dll");
}
