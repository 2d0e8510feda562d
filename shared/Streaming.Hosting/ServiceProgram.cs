using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Streaming.Hosting;

/// <summary>Makes the room of a service from its configuration.</summary>
/// <param name="configuration">To read options from.</param>
/// <param name="loggers">Where the service says what happens.</param>
/// <param name="clock">The clock.</param>
/// <exception cref="ConfigurationException">Options are wrong; every mistake is named.</exception>
public delegate ServiceRoom OpenRoom(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock);

/// <summary>Runs a service as a process: configuration, logs, health, the room, a clean end on SIGTERM and SIGINT, exit codes.</summary>
public static class ServiceProgram
{
    /// <summary>Runs until the process is asked to end or its room fails.</summary>
    /// <param name="arguments">The command line: options as <c>--Kafka:BootstrapServers=…</c>.</param>
    /// <param name="healthPort">The port of the health endpoint where none is configured.</param>
    /// <param name="open">Makes the room.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, int healthPort, OpenRoom open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var root = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(arguments)
            .Build();
        using var loggers = LoggerFactory.Create(logging => logging
            .AddConfiguration(root.GetSection("Logging"))
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            }));
        var log = loggers.CreateLogger("Streaming");
        try
        {
            await RunAsync(new ServiceConfiguration(root), healthPort, open, loggers, log);
            ServiceLog.Ended(log);
            return ExitCodes.Done;
        }
        catch (Exception failure)
        {
            var code = ExitCodes.Of(failure);
            ServiceLog.Failed(log, code, failure is ConfigurationException or Kafka.WorkerException ? failure.Message : failure.ToString());
            return code;
        }
    }

    private static async Task RunAsync(ServiceConfiguration configuration, int healthPort, OpenRoom open, ILoggerFactory loggers, ILogger log)
    {
        var health = configuration.Read<HealthOptions>(HealthOptions.Section, options => options.Validate());
        await using var room = open(configuration, loggers, TimeProvider.System);
        await using var endpoint = await HealthEndpoint.StartAsync(health, healthPort, () => room.Health, CancellationToken.None);
        ServiceLog.Health(log, endpoint.Url);
        var running = room.RunAsync();
        using var terminate = StopOn(PosixSignal.SIGTERM, room, log);
        using var interrupt = StopOn(PosixSignal.SIGINT, room, log);
        await running;
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, ServiceRoom room, ILogger log) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // the process ends when its work is finished
            ServiceLog.Ending(log);
            _ = room.StopAsync();
        });
}
