using System.CommandLine;
using Streaming.Cli;
using Streaming.Cli.Commands;

var streaming = new RootCommand("Operates the chain: devices → sensor.raw → SensorIngest → FeatureAssembly → ScoringAgent → MonitoringSink → history.")
{
    InitCommand.Make(),
    PublishCommand.Make(),
    TopicsCommand.Make(),
    LagCommand.Make(),
    DeadLettersCommand.Make(),
};
return await CommandRunner.RunAsync(streaming, args);
