namespace Streaming.Local.Chain;

/// <summary>The four services, running somewhere.</summary>
internal interface IChain : IAsyncDisposable
{
    /// <summary>Starts them, and completes when each is ready for work.</summary>
    /// <exception cref="ChainException">One of them did not start; the message says which and why.</exception>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>What a service is doing, in a word.</summary>
    string StateOf(string service);

    /// <summary>Why a service has ended by itself, or goes on only when it is started again; null while all do their work.</summary>
    Task<string?> FailureAsync(CancellationToken cancellation);
}

/// <summary>A service could not do its work.</summary>
internal sealed class ChainException(string message) : Exception(message);
