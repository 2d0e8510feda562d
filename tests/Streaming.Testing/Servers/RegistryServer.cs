using System.Globalization;
using Xunit;

namespace Streaming.Testing;

/// <summary>
/// A real schema registry for a test project, in memory: register it with <c>[assembly: AssemblyFixture(typeof(RegistryServer))]</c> and call
/// <see cref="StartAsync"/> first thing in a test. With <c>STREAMING_TEST_REGISTRY</c> set to a URL that registry is used.
/// </summary>
public sealed class RegistryServer : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private string? _folder;
    private ChildProcess? _process;

    /// <summary>The base URL of Confluent's REST API; empty before <see cref="StartAsync"/>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts the registry where it is not running; skips the running test where there is none to start.</summary>
    /// <returns>The base URL of Confluent's REST API.</returns>
    public async Task<string> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (Url.Length == 0)
            {
                Url = Environment.GetEnvironmentVariable("STREAMING_TEST_REGISTRY") is { Length: > 0 } given ? given : await BeginAsync();
            }

            return Url;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>SIGSTOP: it accepts connections and answers nothing.</summary>
    public Task FreezeAsync() => Owned().FreezeAsync();

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => Owned().ThawAsync();

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.CrashAsync();
            await _process.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        _starting.Dispose();
    }

    private async Task<string> BeginAsync()
    {
        var script = ServerScript.Require("registry.sh");
        _folder = Directory.CreateTempSubdirectory("streaming-registry-").FullName;
        var port = Ports.Take().ToString(CultureInfo.InvariantCulture);
        _process = ChildProcess.Start("bash", [script, "run", "--dir", _folder, "--port", port]);
        await ServerScript.WaitAsync(script, ["--port", port], _process);
        return $"http://127.0.0.1:{port}/apis/ccompat/v7";
    }

    private ChildProcess Owned()
    {
        if (_process is null)
        {
            Assert.Skip("The registry that STREAMING_TEST_REGISTRY names is not ours to stop.");
        }

        return _process;
    }
}
