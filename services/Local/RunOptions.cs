using System.CommandLine;
using Streaming.Local.Sample;

namespace Streaming.Local;

/// <summary>What <c>run.sh</c> was asked for.</summary>
/// <param name="Sample">Which sample: its name, or the folder of one's own.</param>
/// <param name="Data">A file that is handed to the sample's script; null where it needs none.</param>
/// <param name="Once">As fast as it goes, to the end, with a result.</param>
/// <param name="Speed">Seconds of data per second.</param>
/// <param name="BootstrapServers">A real cluster; null for the embedded broker.</param>
/// <param name="RegistryUrl">Its schema registry.</param>
/// <param name="Prefix">In front of every name.</param>
/// <param name="Keep">Where the history and the logs go.</param>
/// <param name="Cassandra">Where the history goes on a real cluster; null for a SQLite file.</param>
/// <param name="Port">Where the page is; 0 for any free port.</param>
/// <param name="OpensBrowser">Whether the page may be opened for whoever sits there.</param>
internal sealed record RunOptions(string Sample, string? Data, bool Once, double Speed, string? BootstrapServers, string? RegistryUrl, string Prefix, string Keep, string? Cassandra, int Port, bool OpensBrowser)
{
    private const double HourASecond = 3600;
    private const int UsualPort = 8080;
    private const int HighestPort = 65_535;

    /// <summary>The root of the checkout: feature sets, models and data of the sample lie below it.</summary>
    public static string Home { get; } = Path.GetFullPath(
        Environment.GetEnvironmentVariable("STREAMING_HOME") ?? Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    /// <summary>Reads the command line.</summary>
    /// <returns>The options, or every mistake.</returns>
    public static (RunOptions? Options, IReadOnlyList<string> Errors) Parse(string[] arguments)
    {
        var sample = new Option<string>("--sample") { DefaultValueFactory = _ => PlayedSample.Usual };
        var data = new Option<string?>("--data");
        var once = new Option<bool>("--once");
        var speed = new Option<double>("--speed") { DefaultValueFactory = _ => HourASecond };
        var bootstrap = new Option<string?>("--bootstrap");
        var registry = new Option<string?>("--registry");
        var prefix = new Option<string>("--prefix") { DefaultValueFactory = _ => "" };
        var keep = new Option<string>("--keep") { DefaultValueFactory = _ => Path.Combine(Home, ".streaming") };
        var cassandra = new Option<string?>("--cassandra");
        var port = new Option<int>("--port") { DefaultValueFactory = _ => UsualPort };
        var noBrowser = new Option<bool>("--no-browser");
        var root = new RootCommand { sample, data, once, speed, bootstrap, registry, prefix, keep, cassandra, port, noBrowser };
        var parsed = root.Parse(arguments);
        var errors = parsed.Errors.Select(error => error.Message).ToList();
        if (errors.Count > 0)
        {
            return (null, errors);
        }

        var options = new RunOptions(
            parsed.GetValue(sample)!, parsed.GetValue(data) is { } file ? Path.GetFullPath(file) : null, parsed.GetValue(once), parsed.GetValue(speed), parsed.GetValue(bootstrap), parsed.GetValue(registry), parsed.GetValue(prefix)!, Path.GetFullPath(parsed.GetValue(keep)!), parsed.GetValue(cassandra), parsed.GetValue(port), !parsed.GetValue(noBrowser));
        if (options.Speed is not (> 0 and <= 1e9))
        {
            errors.Add($"--speed {options.Speed}: must be more than 0, in seconds of data per second; the default is {HourASecond}.");
        }

        if (options.Port is < 0 or > HighestPort)
        {
            errors.Add($"--port {options.Port}: must lie between 0 and {HighestPort}; 0 takes a free one, the default is {UsualPort}.");
        }

        if (options.BootstrapServers is null != options.RegistryUrl is null)
        {
            errors.Add("--bootstrap and --registry go together: a real cluster needs its schema registry, and the embedded broker brings its own.");
        }

        if (options.Cassandra is not null && options.BootstrapServers is null)
        {
            errors.Add("--cassandra goes with --bootstrap and --registry: the embedded broker forgets what a history on a real cluster would keep.");
        }

        if (PlayedSample.Problem(options.Sample, options.Data) is { } problem)
        {
            errors.Add(problem);
        }

        return errors.Count == 0 ? (options, []) : (null, errors);
    }
}
