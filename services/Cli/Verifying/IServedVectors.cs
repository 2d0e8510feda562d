using Streaming.Features.Replay;

namespace Streaming.Cli.Verifying;

/// <summary>What was served in one partition.</summary>
internal interface IServedVectors : IDisposable
{
    /// <summary>Whether all of it has been taken.</summary>
    bool AtEnd { get; }

    /// <summary>Gives some more of it to a comparison.</summary>
    Task TakeAsync(VectorComparison into, CancellationToken cancellation);
}
