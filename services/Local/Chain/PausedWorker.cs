using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Local.Chain;

/// <summary>A worker that refused too much and waits to be started again: the sample would wait for it without end.</summary>
internal static class PausedWorker
{
    /// <summary>Says which one is paused, and why; null where none is.</summary>
    public static string? Find(string service, HealthReport health) => health.Workers
        .Where(worker => worker.State == nameof(WorkerState.Paused))
        .Select(worker => $"{service}: {worker.Reason}")
        .FirstOrDefault();
}
