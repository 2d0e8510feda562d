using System.Runtime.InteropServices;
using Streaming.Hosting;
using Streaming.Local;
using Streaming.Local.Chain;

const int Interrupted = 130;
var (options, errors) = RunOptions.Parse(args);
if (options is null)
{
    foreach (var error in errors)
    {
        Console.Error.WriteLine($"run.sh: {error}");
    }

    Console.Error.WriteLine("run.sh: --help tells what can be said.");
    return ExitCodes.Usage;
}

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    await SampleRun.ExecuteAsync(options, interrupted.Token);
    return ExitCodes.Done;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return Interrupted;
}
catch (Exception failure) when (failure is ConfigurationException or Streaming.Kafka.WorkerException or Streaming.Avro.Registry.SchemaRegistryException or InvalidDataException)
{
    Console.Error.WriteLine($"run.sh: {failure.Message}");
    return failure is InvalidDataException ? ExitCodes.Configuration : ExitCodes.Of(failure);
}
catch (ChainException failure)
{
    Console.Error.WriteLine($"run.sh: {failure.Message}");
    return ExitCodes.Invariant;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
