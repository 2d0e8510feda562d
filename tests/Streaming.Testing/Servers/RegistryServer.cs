using System.Globalization;

namespace Streaming.Testing;

/// <summary>
/// A real schema registry for a test project, in memory: register it with <c>[assembly: AssemblyFixture(typeof(RegistryServer))]</c> and call
/// <see cref="ServerFixture.StartAsync"/> first thing in a test. With <c>STREAMING_TEST_REGISTRY</c> set to a URL that registry is used.
/// </summary>
public sealed class RegistryServer() : ServerFixture("STREAMING_TEST_REGISTRY", "registry")
{
    private string _script = "";
    private string _port = "";

    /// <summary>The base URL of Confluent's REST API; empty before <see cref="ServerFixture.StartAsync"/>.</summary>
    public string Url => Address;

    /// <inheritdoc/>
    protected override async Task<string> BeginAsync()
    {
        _script = ServerScript.Require("registry.sh");
        _port = Ports.Take().ToString(CultureInfo.InvariantCulture);
        await StartNodeAsync();
        return $"http://127.0.0.1:{_port}/apis/ccompat/v7";
    }

    /// <inheritdoc/>
    protected override ChildProcess Launch(int node) => ChildProcess.Start("bash", [_script, "run", "--dir", Folder, "--port", _port]);

    /// <inheritdoc/>
    protected override Task WaitAsync(int node, ChildProcess process) => ServerScript.WaitAsync(_script, ["--port", _port], process);
}
