using Streaming.Models.Packages;
using Streaming.Testing;

namespace Streaming.Models.Tests.Occupancy;

public sealed class TrainingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_command_that_the_package_names_makes_the_same_bytes_again()
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), $"There is no {Python}.");
        await using var probe = await ChildProcess.RunAsync(Python, ["-c", "import sklearn, onnx"], Patience);
        Assert.SkipUnless(probe.ExitCode == 0, "Debian's python3-sklearn and python3-onnx are not installed.");

        var sample = Repository.PathOf("deploy", "samples", "occupancy");
        var committed = Path.Combine(sample, "models", "occupancy-lda");
        var command = ModelPackage.Load(committed).Manifest.Training.Command;
        var again = Directory.CreateTempSubdirectory("streaming-train-");
        try
        {
            Assert.StartsWith("./train.py ", command, StringComparison.Ordinal);
            await using var run = await ChildProcess.RunAsync("/bin/sh", ["-c", $"cd '{sample}' && {Python} {command} --out '{again.FullName}'"], Patience);

            Assert.True(run.ExitCode == 0, run.Output);
            Assert.All([ModelPackage.OnnxFile, ModelPackage.ManifestFile, ModelPackage.BaselineFile], file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(committed, file)), File.ReadAllBytes(Path.Combine(again.FullName, file))));
        }
        finally
        {
            again.Delete(recursive: true);
        }
    }
}
