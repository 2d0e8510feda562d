using Streaming.Contracts;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Clients;

/// <summary>The C# programs of <c>deploy/samples/clients</c>, where the package feed has what they need; elsewhere these tests are skipped and say what is lacking.</summary>
public sealed class DotnetSamplesTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-clients-");

    [Fact]
    public async Task What_a_device_sends_from_csharp_comes_out_as_predictions_of_a_consumer_in_csharp()
    {
        var device = await BuildAsync("Device", ClientSample.PathOf("dotnet", "Device"));
        var consumer = await BuildAsync("Consumer", ClientSample.PathOf("dotnet", "Consumer"));
        await using var chain = await TestChain.PrepareAsync(kafka, registry);
        await chain.StartAsync(ofEach: 1);
        await using var following = ChildProcess.Start("dotnet", [consumer, chain.Kafka.BootstrapServers, chain.RegistryUrl, chain.Kafka.TopicPrefix + "consumer", chain.Kafka.TopicPrefix]);
        var file = await ClientSample.WriteAsync(_folder.FullName);
        for (var time = 0; time < 2; time++)
        {
            await using var sending = await ChildProcess.RunAsync(
                "dotnet", [device, chain.Kafka.BootstrapServers, chain.RegistryUrl, "lab", "wall", file, chain.Kafka.TopicPrefix], ClientSample.Patience);
            Assert.True(sending.ExitCode == 0, sending.Output);
        }

        await chain.UntilAsync(Topics.Predictions, ClientSample.Rows.Count);
        await chain.DrainAsync();
        var last = DateTimeOffset.FromUnixTimeMilliseconds(ClientSample.Rows[^1].BucketStart).ToString("yyyy-MM-dd'T'HH:mm:ss", null);
        await following.LineAsync(line => line.Contains($"\"from\":\"{last}", StringComparison.Ordinal), ClientSample.Patience);
        await following.InterruptAsync();
        await following.ExitAsync(ClientSample.Patience);
        Assert.True(following.ExitCode == 0, following.Output);
        ClientSample.Check(ClientSample.Predictions(following.Output), "lab");
    }

    [Fact]
    public async Task The_sample_runs_on_Kafka_in_a_container()
    {
        var tests = await BuildAsync("Sample.Containers.Tests", ClientSample.PathOf("testcontainers"));
        Assert.SkipUnless(File.Exists("/var/run/docker.sock") || Environment.GetEnvironmentVariable("DOCKER_HOST") is not null, "There is no Docker for Testcontainers: neither /var/run/docker.sock nor DOCKER_HOST.");
        await using var run = await ChildProcess.RunAsync("dotnet", [tests], TimeSpan.FromMinutes(12), folder: ClientSample.PathOf("testcontainers"));
        Assert.True(run.ExitCode == 0, run.Output);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Builds a project that stands apart from the solution, and gives its program; skips the running test where its packages do not restore.</summary>
    private async Task<string> BuildAsync(string name, string folder)
    {
        var project = Path.Combine(folder, name + ".csproj");
        await using var restore = await ChildProcess.RunAsync("dotnet", ["restore", project, "-nodeReuse:false"], BuildPatience);
        if (restore.ExitCode != 0)
        {
            var reasons = restore.Output.Split('\n').Where(line => line.Contains("NU1", StringComparison.Ordinal)).Select(line => line[line.IndexOf("NU1", StringComparison.Ordinal)..]).Distinct();
            Assert.True(reasons.Any(), restore.Output);
            Assert.Skip($"{Path.GetRelativePath(Repository.Root, project)} does not restore here: {string.Join(' ', reasons)}");
        }

        var output = Path.Combine(_folder.FullName, name);
        await using var build = await ChildProcess.RunAsync("dotnet", ["build", project, "--no-restore", "-c", "Release", "-o", output, "-nodeReuse:false", "-v", "quiet"], BuildPatience);
        Assert.True(build.ExitCode == 0, build.Output);
        return Path.Combine(output, name + ".dll");
    }
}
