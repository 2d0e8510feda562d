using System.Diagnostics;
using System.Text.Json;
using DotNet.Testcontainers.Builders;
using Testcontainers.Kafka;

namespace Streaming.Samples.Containers;

/// <summary>The sample on a Kafka and a schema registry that run in containers.</summary>
public sealed class SampleTests : IAsyncLifetime
{
    private const ushort RegistryPort = 8080;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly KafkaContainer _kafka = new KafkaBuilder()
        .WithImage("confluentinc/cp-kafka:8.0.0")
        .Build();

    private readonly DotNet.Testcontainers.Containers.IContainer _registry = new ContainerBuilder()
        .WithImage("apicurio/apicurio-registry-mem:2.6.13.Final")
        .WithPortBinding(RegistryPort, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(RegistryPort).ForPath("/health/ready")))
        .Build();

    public async ValueTask InitializeAsync()
    {
        await _kafka.StartAsync();
        await _registry.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    [Fact]
    public async Task The_sample_gives_the_published_accuracies()
    {
        var registry = $"http://{_registry.Hostname}:{_registry.GetMappedPublicPort(RegistryPort)}/apis/ccompat/v7";
        var start = new ProcessStartInfo(Path.Combine(Root(AppContext.BaseDirectory), "run.sh"), ["--once", "--bootstrap", _kafka.GetBootstrapAddress(), "--registry", registry])
        {
            RedirectStandardOutput = true,
        };
        using var run = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = await run.StandardOutput.ReadToEndAsync(patience.Token);
        await run.WaitForExitAsync(patience.Token);
        Assert.Equal(0, run.ExitCode);

        var result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(12_417, result.GetProperty("predictions").GetInt32());
        Assert.Equal(0, result.GetProperty("dead_letters").GetInt32());
        Assert.Equal(97.90, result.GetProperty("accuracy").GetProperty("datatest").GetDouble());
        Assert.Equal(98.76, result.GetProperty("accuracy").GetProperty("datatest2").GetDouble());
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Streaming.sln")) ? folder : Root(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This does not run below the folder of Streaming.sln."));
}
