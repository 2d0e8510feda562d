using Streaming.Kafka;

namespace Streaming.Hosting;

/// <summary>How a service ends, for whoever started it.</summary>
/// <remarks>A worker that hangs in a call is ended by its watchdog through an abort (134, as the shell tells SIGABRT): starting it again is right.</remarks>
public static class ExitCodes
{
    /// <summary>In good order, on request.</summary>
    public const int Done = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Something that cannot be if state and log are whole. Do not simply start it again.</summary>
    public const int Invariant = 70;

    /// <summary>Another process has the same ordinal and took over. Find out which of the two should live.</summary>
    public const int Replaced = 75;

    /// <summary>The configuration, or what it names, is wrong. Starting it again changes nothing.</summary>
    public const int Configuration = 78;

    /// <summary>Anything else; starting it again may help.</summary>
    public const int Failure = 1;

    /// <summary>The code for a failure.</summary>
    public static int Of(Exception failure) => failure switch
    {
        ConfigurationException => Configuration,
        WorkerException { Kind: FailureKind.Configuration } => Configuration,
        WorkerException { Kind: FailureKind.Replaced } => Replaced,
        WorkerException { Kind: FailureKind.Invariant } => Invariant,
        _ => Failure,
    };
}
