using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Streaming.Hosting;

/// <summary>
/// <c>/health/live</c>: 200 while the process can still do its work, 503 when it is about to end. <c>/health/ready</c>: 200 while it does, 503
/// with the reasons while it does not yet.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HealthEndpoint(WebApplication application) => _application = application;

    public string Url => _application.Urls.First();

    public static async Task<HealthEndpoint> StartAsync(HealthOptions options, int defaultPort, Func<HealthReport> report, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port ?? defaultPort);
        });
        var application = builder.Build();
        application.MapGet("/health/live", () => Answer(report(), alive: true));
        application.MapGet("/health/ready", () => Answer(report(), alive: false));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            throw new ConfigurationException([$"{HealthOptions.Section}:Port = '{options.Port ?? defaultPort}': cannot be listened on ({taken.Message}); choose another, or 0 for a free one."]);
        }

        return new HealthEndpoint(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static IResult Answer(HealthReport report, bool alive)
    {
        var failed = report.Workers.Any(worker => worker.State == nameof(Kafka.WorkerState.Failed));
        var good = alive ? !failed : report.Ready;
        return Results.Json(report, HealthJson.Default.HealthReport, statusCode: good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The health report as JSON.</summary>
[JsonSerializable(typeof(HealthReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class HealthJson : JsonSerializerContext;
