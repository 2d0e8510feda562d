using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Streaming.Telemetry;

namespace Streaming.Hosting;

/// <summary>
/// A process's telemetry over OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; else nothing. It is sent from threads of its own: a collector that is
/// down or slow costs the newest telemetry and nothing else.
/// </summary>
public sealed class ServiceTelemetry : IAsyncDisposable
{
    private const int ShutdownMilliseconds = 5000;

    private readonly IConfiguration _root;
    private readonly OtelVariables _variables;
    private readonly string _service;
    private readonly string _instance;
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private ServiceTelemetry(IConfiguration root, OtelVariables variables, string service, string instance)
    {
        _root = root;
        _variables = variables;
        _service = service;
        _instance = instance;
        if (variables.Errors.Count > 0)
        {
            return; // nothing is guessed from what is refused
        }

        _traces = variables.Traces ? Traces() : null;
        _metrics = variables.Metrics ? Metrics() : null;
    }

    /// <summary>Begins to send what the configuration asks for. What is wrong with it shows at <see cref="ServiceConfiguration.Check"/>.</summary>
    /// <param name="configuration">Files and environment.</param>
    /// <param name="service">The service's name where <c>OTEL_SERVICE_NAME</c> gives none.</param>
    public static ServiceTelemetry Open(ServiceConfiguration configuration, string service)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var variables = new OtelVariables(configuration.Root);
        foreach (var error in variables.Errors)
        {
            configuration.Refuse(error);
        }

        var ordinal = configuration.Root[$"{WorkerOptions.Section}:{nameof(WorkerOptions.Ordinal)}"];
        return new ServiceTelemetry(configuration.Root, variables, service, string.IsNullOrEmpty(ordinal) ? Environment.MachineName : $"{service}-{ordinal}");
    }

    /// <summary>Sends logs too, where they are asked for.</summary>
    public void AddLogs(ILoggingBuilder logging)
    {
        ArgumentNullException.ThrowIfNull(logging);
        if (!_variables.Logs || _variables.Errors.Count > 0)
        {
            return;
        }

        logging.Services.AddSingleton(_root);
        logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.ParseStateValues = true;
            logs.SetResourceBuilder(Describe(ResourceBuilder.CreateEmpty()));
            logs.AddOtlpExporter(exporter => Direct(exporter, "LOGS"));
        });
    }

    /// <summary>Sends what is left, in bounded time.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(
        End(() => _traces?.Shutdown(ShutdownMilliseconds), _traces),
        End(() => _metrics?.Shutdown(ShutdownMilliseconds), _metrics));

    // On a thread of its own: the last sending waits for the network.
    private static Task End(Action shutdown, IDisposable? provider) => provider is null ? Task.CompletedTask : Task.Factory.StartNew(
        () =>
        {
            shutdown();
            provider.Dispose();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private TracerProvider Traces() => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(_root))
        .ConfigureResource(resource => Describe(resource.Clear()))
        .AddSource(TelemetryNames.Source, "Microsoft.AspNetCore")
        .SetSampler(new ChainSampler(_variables.Ratio, _variables.HonourParents))
        .AddOtlpExporter(exporter => Direct(exporter, "TRACES"))
        .Build();

    private MeterProvider Metrics() => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(_root))
        .ConfigureResource(resource => Describe(resource.Clear()))
        .AddMeter($"{TelemetryNames.Prefix}.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .AddOtlpExporter((exporter, _) => Direct(exporter, "METRICS"))
        .Build();

    // What the environment says comes last, and counts.
    private ResourceBuilder Describe(ResourceBuilder resource) => resource
        .AddTelemetrySdk()
        .AddService(_service, "streaming", PipelineVersion.Current, autoGenerateServiceInstanceId: false, _instance)
        .AddEnvironmentVariableDetector();

    private void Direct(OtlpExporterOptions exporter, string signal)
    {
        if (_variables.OwnEndpoint(signal) is { } own)
        {
            exporter.Endpoint = own;
        }
    }
}
