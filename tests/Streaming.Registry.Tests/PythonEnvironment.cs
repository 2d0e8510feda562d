using Streaming.Testing;

namespace Streaming.Registry.Tests;

/// <summary>A Python of its own with the packages that a test wants, from a folder of wheels.</summary>
public sealed class PythonEnvironment : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private PythonEnvironment(DirectoryInfo folder) => _folder = folder;

    /// <summary>Makes one, or skips the running test where the wheels are not there.</summary>
    public static async Task<PythonEnvironment> CreateAsync()
    {
        var wheels = Repository.Shared("STREAMING_TEST_WHEELS", "wheels");
        if (!Directory.Exists(wheels))
        {
            Assert.Skip($"No independent client: '{wheels}' is not there; name a folder of Python wheels in STREAMING_TEST_WHEELS.");
        }

        var environment = new PythonEnvironment(Directory.CreateTempSubdirectory("python-"));
        await StartAsync("python3", ["-m", "venv", environment._folder.FullName]);
        await StartAsync(environment.Python, ["-m", "pip", "install", "-q", "--no-index", "--find-links", wheels, "confluent-kafka[avro,schemaregistry]"]);
        return environment;
    }

    /// <summary>Runs a script.</summary>
    /// <returns>What it printed. Anything but success fails the test, with what it said.</returns>
    public Task<string> RunAsync(string script, params string[] arguments) => StartAsync(Python, [script, .. arguments]);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Python => Path.Combine(_folder.FullName, "bin", "python");

    private static async Task<string> StartAsync(string program, string[] arguments)
    {
        await using var process = await ChildProcess.RunAsync(program, arguments, TimeSpan.FromMinutes(2));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{process.Output}");
        return process.Output;
    }
}
