using System.Text;
using System.Text.RegularExpressions;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>A sample of one's own with a mistake that lets nothing through.</summary>
public sealed partial class PausedSampleTests : IDisposable
{
    private const int Rooms = 40;
    private const long Start = 1_780_000_200_000;
    private const long Minute = 60_000;
    private static readonly string Occupancy = Repository.PathOf("deploy", "samples", "occupancy");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-paused-");

    [Fact]
    public async Task A_model_that_was_made_for_other_features_ends_the_run_with_the_reason()
    {
        var sample = _folder.CreateSubdirectory("sample");
        CopyTo(sample, "features");
        CopyTo(sample, "models");
        var manifest = Path.Combine(sample.FullName, "models", "occupancy-lda", "model.yaml");
        var text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, FeatureSetHash().Replace(text, $"  hash: {new string('0', 64)}"));
        await File.WriteAllTextAsync(Path.Combine(sample.FullName, "play.jsonl"), Play());
        await File.WriteAllTextAsync(Path.Combine(sample.FullName, "play.py"), "import pathlib, shutil, sys\nshutil.copy(pathlib.Path(__file__).with_name('play.jsonl'), sys.argv[1])\n");

        await using var run = await ChildProcess.RunAsync(
            "dotnet", [Builds.Of("Local"), "--once", "--keep", Path.Combine(_folder.FullName, "kept"), "--sample", sample.FullName], TimeSpan.FromMinutes(3), new Dictionary<string, string?> { ["STREAMING_HOME"] = Repository.Root });

        Assert.True(run.ExitCode == 70, run.Output);
        Assert.Matches(@"ScoringAgent: Paused: (\d+) of \1 entities", run.Output); // how many had come by then, depends on the machine
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void CopyTo(DirectoryInfo sample, string part)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Occupancy, part), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(sample.FullName, Path.GetRelativePath(Occupancy, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string Play()
    {
        var lines = new StringBuilder("{}\n");
        for (var minute = 0; minute < 5; minute++)
        {
            for (var room = 0; room < Rooms; room++)
            {
                var metrics = "\"temperature\":21,\"humidity\":30,\"light\":400,\"co2\":700,\"humidity_ratio\":0.004";
                lines.Append($"{{\"at\":{minute * Minute},\"reading\":{{\"entity\":\"room-{room}\",\"time\":{Start + (minute * Minute)},\"metrics\":{{{metrics}}},\"device\":\"wall\",\"sequence\":{minute}}}}}\n");
            }
        }

        return lines.ToString();
    }

    [GeneratedRegex("^  hash: [0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex FeatureSetHash();
}
