using Streaming.Testing;

namespace Streaming.Benchmarks.Drain;

/// <summary>Where things are.</summary>
internal static class Folders
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static readonly string FeatureSets = Path.Combine(AppContext.BaseDirectory, "Drain", "features");

    public static readonly string Models = Path.Combine(AppContext.BaseDirectory, "Drain", "models");

    /// <summary>The programs under test, of the same build as this one.</summary>
    public static string Program(string service, string assembly) => Repository.PathOf("services", service, "bin", Configuration, "net10.0", assembly + ".dll");

    /// <summary>Where results are written.</summary>
    public static string Results => Directory.CreateDirectory(Repository.PathOf("TestResults", "bench")).FullName;
}
