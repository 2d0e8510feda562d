using Xunit;

namespace Streaming.Testing;

/// <summary>Finds the scripts that run real servers: in the folder that <c>STREAMING_TEST_SERVERS</c> names, else in <c>../shared/servers</c>.</summary>
internal static class ServerScript
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(180);

    /// <summary>The script's path; skips the running test where it is not there.</summary>
    public static string Require(string name)
    {
        var script = Path.Combine(Repository.Shared("STREAMING_TEST_SERVERS", "servers"), name);
        if (!File.Exists(script))
        {
            Assert.Skip($"There is no server to test with: '{script}' does not exist. Name the folder of the server scripts in STREAMING_TEST_SERVERS.");
        }

        return script;
    }

    /// <summary>Completes when the server answers.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message has its output.</exception>
    public static async Task WaitAsync(string script, IEnumerable<string> arguments, ChildProcess server)
    {
        await using var wait = await ChildProcess.RunAsync("bash", [script, "wait", .. arguments, "--timeout", "150"], StartTimeout);
        if (wait.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} started no server.\n{wait.Output}\n{server.Output}");
        }
    }
}
