using Xunit;

namespace Streaming.Testing;

/// <summary>
/// What fixtures of real servers share: one is started at the first use, serves all tests of an assembly, and ends with them; or the address of a
/// running one is taken from an environment variable, and then the tests can neither crash nor stop it.
/// </summary>
/// <param name="variable">The environment variable; null where only a server of our own will do.</param>
/// <param name="name">The server's name, for its folder and for messages.</param>
public abstract class ServerFixture(string? variable, string name) : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<ChildProcess> _processes = [];
    private string? _folder;
    private Exception? _failure;

    /// <summary>What <see cref="StartAsync"/> gave; empty before it.</summary>
    protected string Address { get; private set; } = "";

    /// <summary>The server's first process; null where it is not ours, or does not run yet.</summary>
    public int? ProcessId => _processes.Count > 0 ? _processes[0].Id : null;

    /// <summary>Starts the server where it is not running; skips the running test where there is none to start.</summary>
    /// <returns>Its address.</returns>
    public async Task<string> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_failure is not null)
            {
                throw new InvalidOperationException($"The server '{name}' did not start, and is not started again for each test: {_failure.Message}", _failure);
            }

            if (Address.Length == 0)
            {
                Address = variable is not null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : await BeginAsync();
            }

            return Address;
        }
        catch (Exception wrong) when (_processes.Count > 0)
        {
            _failure ??= wrong;
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>SIGKILL, and the same server again with the same data.</summary>
    public async Task CrashAndRestartAsync(int node = 0)
    {
        await CrashAsync(node);
        await RestartAsync(node);
    }

    /// <summary>SIGKILL.</summary>
    public Task CrashAsync(int node = 0) => Owned(node).CrashAsync();

    /// <summary>Starts a crashed server again with the same data.</summary>
    public async Task RestartAsync(int node = 0)
    {
        await Owned(node).DisposeAsync();
        _processes[node] = Launch(node);
        await WaitAsync(node, _processes[node]);
    }

    /// <summary>SIGSTOP: it accepts connections and answers nothing.</summary>
    public Task FreezeAsync(int node = 0) => Owned(node).FreezeAsync();

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync(int node = 0) => Owned(node).ThawAsync();

    /// <summary>The process of a node, for measurements of what it uses.</summary>
    public int ProcessOf(int node = 0) => Owned(node).Id;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        _starting.Dispose();
    }

    /// <summary>A folder of the server's own.</summary>
    protected string Folder => _folder ??= Directory.CreateTempSubdirectory($"streaming-{name}-").FullName;

    /// <summary>Starts the server: calls <see cref="StartNodeAsync"/> for each of its processes.</summary>
    /// <returns>Its address.</returns>
    protected abstract Task<string> BeginAsync();

    /// <summary>Starts one process of the server; the first is node 0.</summary>
    protected abstract ChildProcess Launch(int node);

    /// <summary>Completes when a process of the server answers.</summary>
    protected abstract Task WaitAsync(int node, ChildProcess process);

    /// <summary>Starts the next process of the server and waits until it answers.</summary>
    protected async Task StartNodeAsync()
    {
        var process = Launch(_processes.Count);
        _processes.Add(process);
        await WaitAsync(_processes.Count - 1, process);
    }

    private ChildProcess Owned(int node)
    {
        Assert.SkipWhen(_processes.Count == 0, $"The server that {variable} names is not ours to crash or stop.");
        return _processes[node];
    }
}
