using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli;

/// <summary>Runs a command and turns what goes wrong into a line on the error output and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"streaming: {error.Message}");
            }

            await Console.Error.WriteLineAsync("streaming: --help tells what can be said.");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception failure) when (failure is ConfigurationException or WorkerException or SchemaRegistryException)
        {
            await Console.Error.WriteLineAsync($"streaming: {failure.Message}");
            return failure is SchemaRegistryException { Fault: not RegistryFault.Unavailable } ? ExitCodes.Configuration : ExitCodes.Of(failure);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("streaming: interrupted.");
            return ExitCodes.Failure;
        }
    }
}
