using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Streaming.Hosting;

namespace Streaming.Local.Chain;

/// <summary>The four services as four processes on this machine.</summary>
internal sealed class ProcessChain(ChainSettings settings, string home, string logs, TimeProvider clock) : IChain
{
    private const int LastLines = 40;
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly List<ServiceProcess> _services = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private bool _stopping;

    public async Task<string?> FailureAsync(CancellationToken cancellation)
    {
        var failure = Ended;
        foreach (var service in _services)
        {
            failure ??= await HealthAsync(service, cancellation) is { } health ? PausedWorker.Find(service.Name, health) : null;
        }

        return failure;
    }

    private string? Ended => _stopping
        ? null
        : _services.Where(service => service.Process.HasExited).Select(Explain).FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(logs);
        foreach (var name in Services.InOrder)
        {
            _services.Add(Start(name));
        }

        var deadline = clock.GetTimestamp();
        foreach (var service in _services)
        {
            while (!await IsReadyAsync(service, cancellation))
            {
                if (Ended is { } failure)
                {
                    throw new ChainException(failure);
                }

                if (clock.GetElapsedTime(deadline) > ReadyTimeout)
                {
                    throw new ChainException($"{service.Name} was not ready after {ReadyTimeout.TotalSeconds:F0} s; its log is {service.LogFile}.");
                }

                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    public string StateOf(string service) =>
        _services.Find(candidate => candidate.Name == service) is { Process.HasExited: false } ? "running" : "ended";

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        foreach (var service in _services.Where(service => !service.Process.HasExited))
        {
            Signals.Terminate(service.Process.Id);
        }

        foreach (var service in _services)
        {
            using var patience = new CancellationTokenSource(StopTimeout, clock);
            try
            {
                await service.Process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                service.Process.Kill(entireProcessTree: true);
            }

            service.Dispose();
        }

        _http.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Explain(ServiceProcess service) =>
        $"{service.Name} ended with exit code {service.Process.ExitCode}; its log is {service.LogFile}:\n{string.Join('\n', service.Tail)}";

    private ServiceProcess Start(string name)
    {
        var port = FreePort();
        var assembly = Path.Combine(home, "services", name, "bin", "Release", "net10.0", $"Streaming.{name}.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(assembly);
        foreach (var (key, value) in settings.ToConfiguration())
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["Health__Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ServiceProcess.Start(name, start, Path.Combine(logs, $"{name}.log"), new Uri($"http://127.0.0.1:{port}/health/ready"), LastLines);
    }

    private async Task<bool> IsReadyAsync(ServiceProcess service, CancellationToken cancellation) => await HealthAsync(service, cancellation) is { Ready: true };

    /// <summary>What a service says of itself; null where it does not answer.</summary>
    private async Task<HealthReport?> HealthAsync(ServiceProcess service, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(service.Ready, cancellation);
            return await answer.Content.ReadFromJsonAsync<HealthReport>(cancellation);
        }
        catch (Exception silent) when (silent is HttpRequestException or JsonException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class ServiceProcess : IDisposable
    {
        private readonly StreamWriter _log;
        private readonly ConcurrentQueue<string> _tail = new();

        private ServiceProcess(string name, Process process, string logFile, Uri ready)
        {
            Name = name;
            Process = process;
            LogFile = logFile;
            Ready = ready;
            _log = new StreamWriter(logFile, append: false) { AutoFlush = true };
        }

        public string Name { get; }

        public Process Process { get; }

        public string LogFile { get; }

        public Uri Ready { get; }

        public IEnumerable<string> Tail => _tail;

        public static ServiceProcess Start(string name, ProcessStartInfo start, string logFile, Uri ready, int lastLines)
        {
            var service = new ServiceProcess(name, new Process { StartInfo = start }, logFile, ready);
            service.Process.OutputDataReceived += (_, line) => service.Keep(line.Data, lastLines);
            service.Process.ErrorDataReceived += (_, line) => service.Keep(line.Data, lastLines);
            service.Process.Start();
            service.Process.BeginOutputReadLine();
            service.Process.BeginErrorReadLine();
            return service;
        }

        public void Dispose()
        {
            Process.Dispose();
            _log.Dispose();
        }

        private void Keep(string? line, int lastLines)
        {
            if (line is null)
            {
                return;
            }

            lock (_log)
            {
                _log.WriteLine(line);
            }

            _tail.Enqueue(line);
            while (_tail.Count > lastLines)
            {
                _tail.TryDequeue(out _);
            }
        }
    }
}
