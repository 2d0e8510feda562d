namespace Streaming.Testing;

/// <summary>Where things are in the checkout that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A path below the solution's folder.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A folder that is named by an environment variable, or else lies in <c>../shared</c> beside the checkout.</summary>
    /// <param name="variable">The environment variable.</param>
    /// <param name="name">The folder's name in <c>../shared</c>.</param>
    public static string Shared(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } place
            ? Path.GetFullPath(place)
            : Path.GetFullPath(Path.Combine(Root, "..", "shared", name));

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Streaming.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run below the folder of Streaming.sln."));
}
