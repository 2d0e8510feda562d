using Streaming.Hosting;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>Definitions that cannot be used end a service at its start, with 78 and what is wrong where, before it touches any server.</summary>
public sealed class StartRefusalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_unknown_field_in_a_feature_set_is_told_with_line_column_and_what_was_meant()
    {
        var set = File.ReadAllText(Path.Combine(TestChain.SampleFolder("features"), "occupancy.yaml"));
        var file = Path.Combine(_folder.FullName, "occupancy.yaml");
        await File.WriteAllTextAsync(file, set.Replace("grace: 0s", "graze: 0s", StringComparison.Ordinal));

        var line = Array.IndexOf(set.Split('\n'), "grace: 0s") + 1;
        await RefusedAsync("FeatureAssembly", "Features__Directory", $"{file}({line},1): unknown field 'graze'", "Did you mean 'grace'?");
    }

    [Fact]
    public async Task A_model_with_a_wrong_hash_is_refused()
    {
        Spoil("model.yaml", text => text.Replace("sha256: 2be8f540", "sha256: 00000000", StringComparison.Ordinal));

        await RefusedAsync("ScoringAgent", "Models__Directory", "occupancy-lda/model.onnx: its SHA-256 is 2be8f540", "model.yaml says 00000000");
    }

    [Fact]
    public async Task A_model_that_is_cut_off_is_refused()
    {
        CopyModel();
        var path = Path.Combine(_folder.FullName, "occupancy-lda", "model.onnx");
        var onnx = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, onnx[..(onnx.Length / 2)]);

        await RefusedAsync("ScoringAgent", "Models__Directory", "occupancy-lda/model.onnx: its bytes are not an ONNX model, or they are cut off", "occupancy-lda/model.onnx: its SHA-256 is");
    }

    [Theory]
    [InlineData("input: features", "input: numbers", "the graph has no input 'numbers'")]
    [InlineData("output: probabilities", "output: certainties", "the graph has no output 'certainties'")]
    [InlineData("labels: [\"0\", \"1\"]", "labels: [\"0\", \"1\", \"2\"]", "output 'probabilities' has the shape")]
    public async Task A_model_of_another_signature_is_refused(string declared, string changed, string problem)
    {
        Spoil("model.yaml", text => text.Replace(declared, changed, StringComparison.Ordinal));

        await RefusedAsync("ScoringAgent", "Models__Directory", "occupancy-lda/model.onnx: ", problem);
    }

    private void CopyModel()
    {
        var target = _folder.CreateSubdirectory("occupancy-lda");
        foreach (var file in Directory.GetFiles(Path.Combine(TestChain.SampleFolder("models"), "occupancy-lda")))
        {
            File.Copy(file, Path.Combine(target.FullName, Path.GetFileName(file)));
        }
    }

    private void Spoil(string file, Func<string, string> change)
    {
        CopyModel();
        var path = Path.Combine(_folder.FullName, "occupancy-lda", file);
        var text = File.ReadAllText(path);
        Assert.NotEqual(text, change(text));
        File.WriteAllText(path, change(text));
    }

    private async Task RefusedAsync(string service, string key, params string[] told)
    {
        await using var process = await ChildProcess.RunAsync("dotnet", [Builds.Of(service)], Patience, new Dictionary<string, string?>
        {
            ["Kafka__BootstrapServers"] = "127.0.0.1:1", ["SchemaRegistry__Url"] = "http://127.0.0.1:1", ["Worker__Ordinal"] = "0", ["Health__Port"] = "0", [key] = _folder.FullName,
        });
        Assert.Equal(ExitCodes.Configuration, process.ExitCode);
        Assert.All(told, text => Assert.Contains(text, process.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal); // words, no stack
    }
}
