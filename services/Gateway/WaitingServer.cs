using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Streaming.Gateway.Http;

namespace Streaming.Gateway;

/// <summary>Answers in the gateway's place while what it needs is away: everybody is told what it waits for, and a browser asks again by itself.</summary>
internal sealed class WaitingServer : IAsyncDisposable
{
    private const string RefreshSeconds = "3";

    private readonly WebApplication _application;
    private bool _disposed;

    private WaitingServer(WebApplication application) => _application = application;

    /// <summary>Begins to listen; null where any free port would do, since the gateway will have another.</summary>
    /// <param name="options">Where.</param>
    /// <param name="reason">What is waited for.</param>
    /// <param name="log">Where it says what fails.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task<WaitingServer?> StartAsync(GatewayOptions options, Func<string> reason, ILogger log, CancellationToken cancellation)
    {
        if (options.Port == 0)
        {
            return null;
        }

        var server = new WaitingServer(GatewayServer.Build(options));
        server._application.Run(context => AnswerRules.ApplyAsync(context, Answer, log));
        try
        {
            await GatewayServer.ListenAsync(server._application, options, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        Task Answer(HttpContext context)
        {
            context.Response.Headers.RetryAfter = $"{Problems.RetrySeconds}";
            context.Response.Headers["Refresh"] = RefreshSeconds;
            return Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "starting", "The gateway is starting", $"{reason()} Nothing was taken; send it again later.");
        }
    }

    /// <summary>Ends; the port is free then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _application.StopAsync();
            await _application.DisposeAsync();
        }
    }
}
