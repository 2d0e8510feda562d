using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.Gateway;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Local.Chain;
using Streaming.Local.Sample;
using Streaming.Local.Screen;

namespace Streaming.Local;

/// <summary>The main job: a sample through the whole chain.</summary>
internal static class SampleRun
{
    /// <exception cref="ChainException">A service failed.</exception>
    /// <exception cref="ConfigurationException">The cluster cannot be used as asked.</exception>
    public static async Task ExecuteAsync(RunOptions options, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        await using var parts = options.BootstrapServers is null
            ? await ClusterParts.EmbedAsync(cancellation)
            : ClusterParts.Real(options.BootstrapServers, options.RegistryUrl!);
        var kafka = new KafkaOptions { BootstrapServers = parts.BootstrapServers, TopicPrefix = options.Prefix };
        using var registry = new SchemaRegistryClient(new SchemaRegistryOptions { Url = parts.RegistryUrl });
        var ids = await parts.PrepareAsync(kafka, registry, cancellation);

        var place = Path.Combine(options.Keep, options.Prefix.Length == 0 ? "run" : options.Prefix.TrimEnd('.', '-'));
        Directory.CreateDirectory(place);
        var sample = await PlayedSample.OpenAsync(options, place, cancellation);
        var kept = HistoryPlace.Of(options, place);
        await using var history = await kept.OpenAsync(cancellation);
        var settings = SettingsOf(options, parts, kept, sample);
        await using var telemetry = OpenTelemetry();
        using var loggers = LoggerFactory.Create(logging =>
        {
            logging.AddProvider(new FileLoggerProvider(Path.Combine(place, "services.log"))).SetMinimumLevel(LogLevel.Information);
            telemetry.AddLogs(logging);
        });
        await using IChain chain = options.BootstrapServers is null
            ? new InProcessChain(settings, loggers, clock)
            : new ProcessChain(settings, RunOptions.Home, Path.Combine(place, "logs"), clock);
        await chain.StartAsync(cancellation);

        using var observer = await ChainObserver.OpenAsync(kafka, clock, cancellation);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(kafka.ForClient("streaming-sample").ToDictionary())
        {
            EnableIdempotence = true,
            LingerMs = 20,
            Partitioner = Partitioner.Murmur2Random,
            CompressionType = CompressionType.Lz4,
        }).Build();
        var player = new SamplePlayer(sample.Steps, new SampleMessages(new TopicNames(options.Prefix), ids), producer);
        var show = new SampleShow(chain, observer, history, sample, player, clock);
        using var screen = OpenScreen(options.Once);

        await using var page = options.Once ? null : await OpenPageAsync(options.Port, sample.ModelsFolder, kafka, ids[Topics.SensorRaw], observer, history, loggers, clock, cancellation);
        if (page is not null)
        {
            screen.Say($"The page is at {page.Url}");
            if (options.OpensBrowser)
            {
                Browser.Open(page.Url);
            }
        }

        await show.PlayAsync(options.Once ? null : options.Speed, screen, cancellation);
        await show.DrainAsync(screen, cancellation);
        var result = await show.ResultAsync(cancellation);
        if (options.Once)
        {
            Console.WriteLine(result.ToJson());
        }
        else
        {
            screen.Say("Everything has been played. Ctrl+C ends it.");
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    private static async Task<GatewayServer> OpenPageAsync(
        int port, string models, KafkaOptions kafka, int readingSchemaId, ChainObserver observer, IHistory history, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellation)
    {
        var parts = new GatewayParts
        {
            Options = new GatewayOptions { Port = port },
            Ingest = new IngestOptions(),
            Kafka = kafka,
            ReadingSchemaId = readingSchemaId,
            Observer = observer,
            History = history,
            ModelsDirectory = models,
        };
        try
        {
            return await GatewayServer.StartAsync(parts, loggers, clock, cancellation);
        }
        catch (ConfigurationException)
        {
            throw new ConfigurationException([$"--port {port}: another program listens there; give another --port, or 0 for a free one."]);
        }
    }

    private static ServiceTelemetry OpenTelemetry()
    {
        var configuration = new ServiceConfiguration(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var telemetry = ServiceTelemetry.Open(configuration, "Local");
        configuration.Check();
        return telemetry;
    }

    // With --once the output belongs to the result.
    private static IScreen OpenScreen(bool once) =>
        once ? new PlainScreen(Console.Error)
        : Console.IsOutputRedirected ? new PlainScreen(Console.Out)
        : new LiveScreen(AnsiConsole.Console);

    private static ChainSettings SettingsOf(RunOptions options, ClusterParts parts, HistoryPlace history, PlayedSample sample) => new(
        parts.BootstrapServers, parts.RegistryUrl, options.BootstrapServers is null, options.Prefix, sample.FeaturesFolder, sample.ModelsFolder, history.Configuration);
}
