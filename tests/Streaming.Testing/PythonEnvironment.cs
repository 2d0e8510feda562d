using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Streaming.Testing;

/// <summary>
/// A Python with packages from a folder of wheels, to check against other people's code. Made once for a user and a set of packages, in the
/// temporary folder; later runs find it there. The wheels are those of <c>STREAMING_TEST_WHEELS</c>, else of <c>../shared/wheels</c>.
/// </summary>
public sealed class PythonEnvironment
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _python;

    private PythonEnvironment(string python) => _python = python;

    /// <summary>Makes or finds an environment; skips the running test where there is no Python or no wheel of the packages.</summary>
    /// <param name="packages">The packages, as pip names them.</param>
    public static Task<PythonEnvironment> CreateAsync(params string[] packages) => CreateAsync(withSystem: false, packages);

    /// <summary>The same beside the packages that the system has.</summary>
    public static Task<PythonEnvironment> CreateWithSystemAsync(params string[] packages) => CreateAsync(withSystem: true, packages);

    private static async Task<PythonEnvironment> CreateAsync(bool withSystem, string[] packages)
    {
        var wheels = Repository.Shared("STREAMING_TEST_WHEELS", "wheels");
        Assert.SkipUnless(Directory.Exists(wheels), $"There is no folder of wheels at '{wheels}'; STREAMING_TEST_WHEELS names another.");
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "There is no /usr/bin/python3.");

        var folder = Path.Combine(Path.GetTempPath(), $"streaming-python-{Environment.UserName}-{Key(wheels, packages)}{(withSystem ? "-system" : "")}");
        using var alone = await LockAsync(folder + ".lock");
        var done = Path.Combine(folder, "done");
        if (!File.Exists(done))
        {
            await ExecuteAsync("/usr/bin/python3", ["-m", "venv", "--clear", .. withSystem ? ["--system-site-packages"] : Array.Empty<string>(), folder]);
            await ExecuteAsync(Path.Combine(folder, "bin", "pip"), ["install", "--quiet", "--no-index", "--find-links", wheels, .. packages]);
            await File.WriteAllTextAsync(done, "");
        }

        return new PythonEnvironment(Path.Combine(folder, "bin", "python"));
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its path.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; the message has its output.</exception>
    public Task<string> RunAsync(string script, TimeSpan timeout, params string[] arguments) => ExecuteAsync(_python, timeout, [script, .. arguments]);

    /// <summary>Starts a script that goes on beside the test.</summary>
    public ChildProcess Start(string script, params string[] arguments) => ChildProcess.Start(_python, [script, .. arguments]);

    private static Task<string> ExecuteAsync(string program, params string[] arguments) => ExecuteAsync(program, Patience, arguments);

    private static async Task<string> ExecuteAsync(string program, TimeSpan timeout, string[] arguments)
    {
        await using var process = await ChildProcess.RunAsync(program, arguments, timeout);
        return process.ExitCode == 0
            ? process.Output
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}:\n{process.Output}");
    }

    // Another folder of wheels, or another set of packages, is another environment.
    private static string Key(string wheels, string[] packages)
    {
        var names = Directory.GetFiles(wheels, "*.whl").Select(Path.GetFileName).Order(StringComparer.Ordinal);
        var all = string.Join('\n', packages.Order(StringComparer.Ordinal).Concat(names));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wheels + "\n" + all)))[..12];
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(200);
            }
        }
    }
}
