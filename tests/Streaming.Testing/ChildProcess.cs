using System.Diagnostics;
using System.Globalization;

namespace Streaming.Testing;

/// <summary>A process that a test starts, signals and ends; its last lines are kept for the message of a failure.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 400;
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    private ChildProcess(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code; 137 after <see cref="CrashAsync"/>.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The most memory that it has had so far, in bytes; 0 once it has ended.</summary>
    public long MostBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.PeakWorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>The last lines of both outputs.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside the test's own.</param>
    /// <param name="folder">The folder to run in; the test's own where null.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.Start();
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>The ended process, with its exit code and output.</returns>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed.</exception>
    public static async Task<ChildProcess> RunAsync(
        string program,
        IEnumerable<string> arguments,
        TimeSpan timeout,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? folder = null)
    {
        var child = Start(program, arguments, environment, folder);
        await child.ExitAsync(timeout);
        return child;
    }

    /// <summary>Completes with the first line, past or future, that is wanted.</summary>
    /// <exception cref="TimeoutException">No such line came in time; the message has the output.</exception>
    public async Task<string> LineAsync(Func<string, bool> wanted, TimeSpan timeout)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(line => wanted(line)) is { } past)
            {
                return past;
            }

            _waiting.Add((wanted, found));
        }

        try
        {
            return await found.Task.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No such line after {timeout.TotalSeconds} s from '{_process.StartInfo.FileName}'. Its output:\n{Output}");
        }
    }

    /// <summary>Completes when the process has ended.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed, and the message has the output.</exception>
    public async Task ExitAsync(TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{_process.StartInfo.FileName}' did not end within {timeout.TotalSeconds} s. Its output:\n{Output}");
        }
    }

    /// <summary>SIGKILL: the process has no say.</summary>
    public async Task CrashAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: please end.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>SIGINT: as Ctrl-C does.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    /// <summary>SIGSTOP: the process stands still, as on a machine that hangs.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            if (_lines.Count > KeptLines)
            {
                _lines.RemoveAt(0);
            }

            foreach (var (_, found) in _waiting.Where(waiting => waiting.Wanted(line)).ToArray())
            {
                found.TrySetResult(line);
            }

            _waiting.RemoveAll(waiting => waiting.Found.Task.IsCompleted);
        }
    }
}
