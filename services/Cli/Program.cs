using System.CommandLine;
using Streaming.Cli;
using Streaming.Cli.Commands;

const string Help = """
    Operates the chain: devices → sensor.raw → SensorIngest → FeatureAssembly → ScoringAgent → MonitoringSink → history.

    Where the cluster is can stand in the environment, as for the services, or be said with --bootstrap and --registry:
      export Kafka__BootstrapServers=localhost:9092 SchemaRegistry__Url=http://localhost:8081
    A first walk:
      streaming features check FILE         is a feature set right? 'explain' says what it computes, 'test' runs its examples; no cluster is needed
      streaming init                        makes topics, schemas and the first start; once, before the services run
      streaming publish readings.csv        sends readings as a device would
      streaming lag --watch                 shows each stage catching up
      streaming deadletters list            shows what was refused, and why
      streaming topics                      shows what exists, and what is wrong with it
      streaming history vectors             shows what was computed, predicted and true
      streaming export                      writes a training set, right at a point in time
      streaming replay                      computes vectors of the past once more, for a topic or as a backfill of the history
      streaming verify                      compares what was served with what the log gives
    Every command has --json, for programs, and tells its exit codes in its --help: 0 done, 64 wrong options, 65 wrong input, 70 a state that cannot be,
    78 wrong configuration, 130 interrupted, 1 anything else. What went wrong is said on the error output.
    """;

var streaming = new RootCommand(Help)
{
    InitCommand.Make(),
    PublishCommand.Make(),
    TopicsCommand.Make(),
    LagCommand.Make(),
    DeadLettersCommand.Make(),
    FeaturesCommand.Make(),
    HistoryCommand.Make(),
    ExportCommand.Make(),
    ReplayCommand.Make(),
    VerifyCommand.Make(),
};
return await CommandRunner.RunAsync(streaming, args);
