using Streaming.Benchmarks;
using Streaming.Benchmarks.Avro;
using Streaming.Benchmarks.Drain;
using Streaming.Benchmarks.Features;
using Streaming.Benchmarks.Scoring;
using Xunit.Runner.InProc.SystemConsole;

const int Failure = 1;

// Three programs in one: groups of microbenchmarks by name, the yardstick as a process of its own, and the tests.
var groups = new Dictionary<string, Func<bool>>
{
    ["avro"] = AvroBenchmark.Run,
    ["scoring"] = ScoringBenchmark.Run,
    ["features"] = AssemblyBenchmark.Run,
};

if (args is [Yardstick.Role, ..])
{
    return Yardstick.Run(args[1..]);
}

return args.Length > 0 && args.All(groups.ContainsKey)
    ? args.Select(name => groups[name]()).ToArray().All(isWithin => isWithin) ? 0 : Failure
    : await ConsoleRunner.Run(args);
