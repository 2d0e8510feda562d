using System.CommandLine;
using Confluent.Kafka;
using Streaming.Avro.Registry;
using Streaming.Cli.Rendering;
using Streaming.History;
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
        catch (Exception failure) when (Explain(failure, parsed) is not null)
        {
            var (code, words) = Explain(failure, parsed)!.Value;
            if (words.Length > 0)
            {
                await Console.Error.WriteLineAsync($"streaming: {words}");
            }

            return code;
        }
    }

    /// <summary>The exit code and the words for people; null for what nobody foresaw, which is shown whole.</summary>
    private static (int Code, string Words)? Explain(Exception failure, ParseResult parsed) => failure switch
    {
        OutputClosedException => (ExitCodes.Done, ""),
        OperationCanceledException => (CommandExit.Interrupted, "interrupted."),
        CommandException command => (command.ExitCode, command.Message),
        ConfigurationException => (ExitCodes.Configuration, failure.Message),
        SchemaRegistryException registry => (registry.Fault == RegistryFault.Unavailable ? ExitCodes.Failure : ExitCodes.Configuration, registry.Message),
        WorkerException { Kind: FailureKind.Retry } => (ExitCodes.Failure, $"{failure.Message.TrimEnd('.')}. {Advice(parsed)}"),
        WorkerException => (ExitCodes.Of(failure), failure.Message),
        KafkaException kafka => (ExitCodes.Failure, $"Kafka: {kafka.Error.Reason} ({kafka.Error.Code}). {Advice(parsed)}"),
        HistoryUnavailableException => (ExitCodes.Failure, $"{failure.Message.TrimEnd('.')}. Look whether the history's store runs and answers, and try again."),
        HistoryException => (ExitCodes.Configuration, failure.Message),
        IOException or UnauthorizedAccessException => (ExitCodes.Failure, $"{failure.Message} Look at the file's place, rights and disk, and try again."),
        _ => null,
    };

    private static string Advice(ParseResult parsed) =>
        $"Brokers asked: {parsed.GetValue<string>(ClusterOptions.Bootstrap)}. Check that they run and can be reached from here, and what they ask of clients (--client security.protocol=…); then try again.";
}
