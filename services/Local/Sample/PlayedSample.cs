using System.ComponentModel;
using System.Diagnostics;
using Streaming.Hosting;

namespace Streaming.Local.Sample;

/// <summary>A sample that is ready to be played: what is published, and the folders of what is made of it.</summary>
internal sealed record PlayedSample
{
    /// <summary>The sample that is played where none is asked for.</summary>
    public const string Usual = "occupancy";

    private const string Script = "play.py";
    private static readonly string[] Folders = ["features", "models"];

    // The embedded broker forgets what its readers are slow to fetch.
    private const int MostOnEmbeddedBroker = 15_000;

    /// <summary>What is published, in the order of its time.</summary>
    public required IReadOnlyList<SampleStep> Steps { get; init; }

    /// <summary>Feature sets.</summary>
    public required string FeaturesFolder { get; init; }

    /// <summary>Model packages.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>The name of the truth; null where none is published.</summary>
    public string? LabelName { get; init; }

    /// <summary>Entities whose accuracy is shown; empty for all of them together.</summary>
    public IReadOnlyList<string> ShownEntities { get; init; } = [];

    /// <summary>Readings that may be on their way at once. Fewer keep the partitions nearer together in data time.</summary>
    public int MostOnTheirWay { get; init; } = MostOnEmbeddedBroker;

    /// <summary>For how long revisions may still leave after the last reading has passed.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>What is wrong with the options; null where nothing is.</summary>
    public static string? Problem(string name, string? data)
    {
        if (name == Usual)
        {
            return data is null ? null : $"--data {data}: the sample {Usual} brings its own data; leave it out, or name another --sample.";
        }

        var folder = FolderOf(name);
        var lacking = Folders.Where(part => !Directory.Exists(Path.Combine(folder, part))).ToList();
        if (!File.Exists(Path.Combine(folder, Script)))
        {
            lacking.Add(Script);
        }

        return lacking.Count > 0 ? $"--sample {name}: {folder} has no {string.Join(", no ", lacking)}; give occupancy, herd, stock, or the folder of a sample of your own."
            : data is not null && !File.Exists(data) ? $"--data {data}: there is no such file."
            : null;
    }

    /// <summary>Makes what is published.</summary>
    /// <param name="options">Which sample.</param>
    /// <param name="place">A folder for what its script writes.</param>
    /// <param name="cancellation">Ends the script.</param>
    /// <exception cref="ConfigurationException">The script cannot be run, or ends with a mistake.</exception>
    /// <exception cref="InvalidDataException">The data do not have the expected form.</exception>
    public static async Task<PlayedSample> OpenAsync(RunOptions options, string place, CancellationToken cancellation)
    {
        var folder = FolderOf(options.Sample);
        var (features, models) = (Path.Combine(folder, "features"), Path.Combine(folder, "models"));
        if (options.Sample == Usual)
        {
            return new PlayedSample { Steps = SamplePlan.Make(Path.Combine(folder, "data")), FeaturesFolder = features, ModelsFolder = models, LabelName = SamplePlan.LabelName, ShownEntities = SamplePlan.Rooms };
        }

        var file = Path.Combine(place, "play.jsonl");
        await RunScriptAsync(Path.Combine(folder, Script), options.Data is null ? [file] : [file, "--data", options.Data], cancellation);
        var (header, steps) = PlayFile.Read(file);
        return new PlayedSample
        {
            Steps = steps,
            FeaturesFolder = features,
            ModelsFolder = models,
            LabelName = header.Label,
            MostOnTheirWay = header.MostOnTheirWay ?? MostOnEmbeddedBroker,
            Settle = TimeSpan.FromMilliseconds(header.Settle),
        };
    }

    private static string FolderOf(string name) => name.AsSpan().ContainsAny('/', '.') ? Path.GetFullPath(name) : Path.Combine(RunOptions.Home, "deploy", "samples", name);

    private static async Task RunScriptAsync(string script, string[] arguments, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("python3", [script, .. arguments]) { RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new ConfigurationException([$"{script}: the sample's data are made by python3, which cannot be started ({missing.Message}); install it (Debian: python3), or leave --sample out."]);
        }

        var said = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new ConfigurationException([$"{script}: {said.Trim()}"]);
        }
    }
}
