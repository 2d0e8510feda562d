using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Streaming.Kafka;

namespace Streaming.Hosting;

/// <summary>Makes the room of a service from its configuration.</summary>
/// <param name="configuration">To read options from.</param>
/// <param name="loggers">Where the service says what happens.</param>
/// <param name="clock">The clock.</param>
/// <exception cref="ConfigurationException">Options are wrong; every mistake is named.</exception>
public delegate IServiceRoom OpenRoom(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock);

/// <summary>Runs a service as a process: configuration, logs, health, the room, a clean end on SIGTERM and SIGINT, exit codes.</summary>
/// <remarks>Logs go to the standard output. What is wrong with the configuration goes to the error output as plain text, a line for each mistake.</remarks>
public static class ServiceProgram
{
    /// <summary>Runs until the process is asked to end or its room fails.</summary>
    /// <param name="arguments">The command line: options as <c>--Kafka:BootstrapServers=…</c>, or <c>--help</c> to be told all of them.</param>
    /// <param name="healthPort">The port of the health endpoint where none is configured.</param>
    /// <param name="open">Makes the room.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, int healthPort, OpenRoom open)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(open);
        if (arguments.Contains(ServiceHelp.Argument))
        {
            await Console.Out.WriteAsync(await ServiceHelp.DescribeAsync(AppDomain.CurrentDomain.FriendlyName, healthPort, open));
            return ExitCodes.Done;
        }

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = AskOn(PosixSignal.SIGTERM, asked);
        using var interrupt = AskOn(PosixSignal.SIGINT, asked);
        try
        {
            var configuration = ConfigurationSources.Open(AppContext.BaseDirectory, arguments);
            var logging = configuration.Read<LogOptions>(LogOptions.Section, options => options.Validate());
            await using var telemetry = ServiceTelemetry.Open(configuration, AppDomain.CurrentDomain.FriendlyName.Replace("Streaming.", "", StringComparison.Ordinal));
            using var loggers = ServiceLogging.Create(logging, telemetry);
            return await RunAsync(configuration, healthPort, open, loggers, asked.Task);
        }
        catch (ConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.Configuration;
        }
    }

    private static async Task<int> RunAsync(ServiceConfiguration configuration, int healthPort, OpenRoom open, ILoggerFactory loggers, Task asked)
    {
        var log = loggers.CreateLogger("Streaming");
        try
        {
            await RunRoomAsync(configuration, healthPort, open, loggers, log, asked);
            ServiceLog.Ended(log);
            return ExitCodes.Done;
        }
        catch (ConfigurationException wrong)
        {
            ServiceLog.Misconfigured(log, ExitCodes.Configuration, wrong.Errors.Count);
            throw;
        }
        catch (Exception failure)
        {
            var code = ExitCodes.Of(failure);
            ServiceLog.Failed(log, code, failure.Message, failure is WorkerException ? null : failure);
            return code;
        }
    }

    private static async Task RunRoomAsync(
        ServiceConfiguration configuration, int healthPort, OpenRoom open, ILoggerFactory loggers, ILogger log, Task asked)
    {
        var health = configuration.Read<HealthOptions>(HealthOptions.Section, options => options.Validate());
        await using var room = open(configuration, loggers, TimeProvider.System);
        await using var endpoint = await HealthEndpoint.StartAsync(health, healthPort, () => room.Health, CancellationToken.None);
        ServiceLog.Health(log, endpoint.Url);
        var running = room.RunAsync();
        if (await Task.WhenAny(running, asked) == asked)
        {
            ServiceLog.Ending(log);
            await room.StopAsync();
        }

        await running;
    }

    private static PosixSignalRegistration AskOn(PosixSignal signal, TaskCompletionSource asked) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // the process ends when its work is finished
            asked.TrySetResult();
        });
}
