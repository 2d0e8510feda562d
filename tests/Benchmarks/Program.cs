using Streaming.Benchmarks;
using Streaming.Benchmarks.Avro;

var groups = new Dictionary<string, Func<Measurement, bool>>
{
    ["avro"] = AvroBenchmark.Run,
};

var wanted = args.Length == 0 ? [.. groups.Keys] : args;
if (wanted.FirstOrDefault(name => !groups.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: {string.Join(", ", groups.Keys)}.");
    return 2;
}

// Every group says whether its bounds hold: ratios within this run, since times depend on the machine and on what else it does.
return wanted.Select(name => groups[name](new Measurement())).ToArray().All(isWithin => isWithin) ? 0 : 1;
