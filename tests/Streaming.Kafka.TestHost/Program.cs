using System.Globalization;
using System.Runtime.InteropServices;
using Streaming.Kafka;
using Streaming.Kafka.TestHost;
using Streaming.Pipes;

// arguments: servers, prefix, ordinal, echo|count, transaction time-out in ms, replay bound in ms
var (servers, prefix, ordinal, kind) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
var options = new KafkaOptions
{
    BootstrapServers = servers,
    TopicPrefix = prefix,
    TransactionTimeout = TimeSpan.FromMilliseconds(int.Parse(args[4], CultureInfo.InvariantCulture)),
    ReplayBound = TimeSpan.FromMilliseconds(int.Parse(args[5], CultureInfo.InvariantCulture)),
    SessionTimeout = TimeSpan.FromSeconds(4),
    BatchTime = TimeSpan.FromMilliseconds(50),
    BatchRecords = 200,
};
IFilter filter = kind == "count" ? new CountingFilter() : new EchoFilter();
var binding = new FilterBinding
{
    Identity = new WorkerIdentity("test", ordinal),
    Group = prefix + "test",
    Inputs = [prefix + "in"],
    Outputs = [new OutputTopic(prefix + "out", 0)],
    DeadLetters = new OutputTopic(prefix + "dead", 0),
    State = filter is IStatefulFilter ? new OutputTopic(prefix + "state", 0) : null,
    Filter = filter,
};
using var ended = new ManualResetEventSlim();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    ended.Set();
});
await using var worker = new FilterWorker(binding, options, TimeProvider.System, new LineLogger<FilterWorker>(Console.WriteLine));
worker.Start();
Console.WriteLine("STARTED");
await Task.WhenAny(worker.Completion, Task.Run(ended.Wait));
await worker.StopAsync();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"ENDED {worker.Statistics.State} committed {worker.Statistics.TransactionsCommitted} aborted {worker.Statistics.TransactionsAborted} recycles {worker.Statistics.ProducerRecycles} replayed {worker.Statistics.RecordsReplayed}"));
return worker.Statistics.State == WorkerState.Stopped ? 0 : 1;
