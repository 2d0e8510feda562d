namespace Streaming.Hosting;

/// <summary>How a service is.</summary>
/// <param name="Ready">Whether it does its work.</param>
/// <param name="Workers">How each worker is.</param>
public sealed record HealthReport(bool Ready, IReadOnlyList<WorkerHealth> Workers);

/// <summary>How a worker is.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Ready">Whether that is its work.</param>
/// <param name="RecordsIn">Records that it has taken in since its start.</param>
/// <param name="Lag">Records that wait for it.</param>
/// <param name="Reason">Why it is not ready, or what went wrong last; null where nothing has.</param>
public sealed record WorkerHealth(string Worker, string State, bool Ready, long RecordsIn, long Lag, string? Reason);
