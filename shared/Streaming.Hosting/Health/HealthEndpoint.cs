using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Streaming.Kafka;

namespace Streaming.Hosting;

/// <summary>
/// <c>/health/live</c>: 200 while the process can still do its work, 503 when it is about to end. <c>/health/ready</c>: 200 while it does, 503
/// with the reasons while it does not yet.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private const int MostConnections = 100;

    private readonly WebApplication _application;

    private HealthEndpoint(WebApplication application) => _application = application;

    public string Url => _application.Urls.First();

    /// <exception cref="ConfigurationException">The address and port cannot be listened on.</exception>
    public static async Task<HealthEndpoint> StartAsync(HealthOptions options, int defaultPort, Func<HealthReport> report, CancellationToken cancellation)
    {
        // An empty builder: no settings but ours, none of the handlers of signals, files and logs that a web site would want.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port ?? defaultPort);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(new ActivitySource("Streaming.Health")); // nobody listens to it: a look at the health is no trace
        var application = builder.Build();
        application.MapGet("/health/live", context => AnswerAsync(context, report(), alive: true)).DisableHttpMetrics();
        application.MapGet("/health/ready", context => AnswerAsync(context, report(), alive: false)).DisableHttpMetrics();
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new ConfigurationException([
                $"{HealthOptions.Section}:Port = '{options.Port ?? defaultPort}' on {HealthOptions.Section}:Address = '{options.Address}': cannot be listened on ({refused.Message}); "
                + "choose another port, or 0 for a free one, and an address of this host."]);
        }

        return new HealthEndpoint(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context, HealthReport report, bool alive)
    {
        var failed = report.Workers.Any(worker => worker.State == nameof(WorkerState.Failed));
        var good = alive ? !failed : report.Ready;
        context.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(report, HealthJson.Default.HealthReport, cancellationToken: context.RequestAborted);
    }
}

/// <summary>The health report as JSON.</summary>
[JsonSerializable(typeof(HealthReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class HealthJson : JsonSerializerContext;
