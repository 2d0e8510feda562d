using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Streaming.FeatureAssembly;
using Streaming.Hosting;
using Streaming.MonitoringSink;
using Streaming.ScoringAgent;
using Streaming.SensorIngest;

namespace Streaming.Local.Chain;

/// <summary>The four services in this process.</summary>
internal sealed class InProcessChain(ChainSettings settings, ILoggerFactory loggers, TimeProvider clock) : IChain
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly OpenRoom[] Doors = [SensorIngestRoom.Open, FeatureAssemblyRoom.Open, ScoringAgentRoom.Open, MonitoringSinkRoom.Open];

    private readonly List<(IServiceRoom Room, Task Running)> _services = [];

    public Task<string?> FailureAsync(CancellationToken cancellation) => Task.FromResult(Failure);

    private string? Failure => _services
        .Where(service => service.Running.IsCompleted)
        .Select(service => $"{service.Room.Service} ended: {service.Running.Exception?.InnerException?.Message ?? "without saying why"}")
        .Concat(_services.Select(service => PausedWorker.Find(service.Room.Service, service.Room.Health)).OfType<string>())
        .FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellation)
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection(settings.ToConfiguration()).Build();
        foreach (var open in Doors)
        {
            var room = open(new ServiceConfiguration(root), loggers, clock);
            _services.Add((room, room.RunAsync()));
        }

        var start = clock.GetTimestamp();
        while (!_services.TrueForAll(service => service.Room.Health.Ready))
        {
            if (Failure is { } failure)
            {
                throw new ChainException(failure);
            }

            if (clock.GetElapsedTime(start) > ReadyTimeout)
            {
                throw new ChainException($"Not ready after {ReadyTimeout.TotalSeconds:F0} s: {string.Join("; ", _services.Select(service => $"{service.Room.Service} {StateOf(service.Room.Service)}"))}.");
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    public string StateOf(string service) =>
        _services.Find(candidate => candidate.Room.Service == service).Room?.Health.Workers[0].State.ToLowerInvariant() ?? "starting";

    public async ValueTask DisposeAsync()
    {
        foreach (var (room, running) in Enumerable.Reverse(_services))
        {
            await room.DisposeAsync();
            await running.ContinueWith(_ => { }, TaskScheduler.Default); // how it ended has been shown already
        }
    }
}
