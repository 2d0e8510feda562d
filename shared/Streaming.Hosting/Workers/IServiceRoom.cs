namespace Streaming.Hosting;

/// <summary>A service at work in a process, however it does it.</summary>
public interface IServiceRoom : IAsyncDisposable
{
    /// <summary>The service.</summary>
    string Service { get; }

    /// <summary>How it is.</summary>
    HealthReport Health { get; }

    /// <summary>Starts it and completes when it has ended: in good order after <see cref="StopAsync"/>, or with what went wrong.</summary>
    /// <exception cref="ConfigurationException">What it was told to use is not as it must be.</exception>
    Task RunAsync();

    /// <summary>Ends it in good order, in bounded time; <see cref="RunAsync"/> completes with it.</summary>
    Task StopAsync();
}
