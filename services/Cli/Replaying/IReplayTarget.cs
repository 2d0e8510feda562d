using Streaming.Features.Replay;

namespace Streaming.Cli.Replaying;

/// <summary>Where the vectors of a replay go.</summary>
internal interface IReplayTarget : IDisposable
{
    /// <summary>Shuts out an earlier process of the same job, and ends what it left open.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Writes vectors, and how far the job has come with them. A process that ends meanwhile leaves both or neither, or what the next one writes once more without a trace.</summary>
    Task WriteAsync(IReadOnlyList<ReplayedVector> vectors, ReplayProgress progress, CancellationToken cancellation);
}
