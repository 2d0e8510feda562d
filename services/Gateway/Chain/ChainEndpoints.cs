using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Gateway.Http;

namespace Streaming.Gateway.Chain;

/// <summary><c>GET /v1/chain</c> and <c>GET /v1/chain/events</c>.</summary>
internal sealed class ChainEndpoints(ChainLook look, ChainFeed feed, TimeProvider clock)
{
    private const int RetrySeconds = 10;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/chain", SnapshotAsync);
        routes.MapGet("/v1/chain/events", EventsAsync);
    }

    private async Task SnapshotAsync(HttpContext context) =>
        await context.Response.WriteAsJsonAsync(await look.GetAsync(context.RequestAborted), GatewayJson.Default.ChainAnswer, cancellationToken: context.RequestAborted);

    private async Task EventsAsync(HttpContext context)
    {
        if (feed.TryWatch() is not { } watcher)
        {
            context.Response.Headers.RetryAfter = $"{RetrySeconds}";
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "too-many-watchers", "Too many watch the chain", "As many as Gateway:MaxWatchers allows are watching already; try again later, or ask GET /v1/chain from time to time.");
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, feed.Stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync("retry: 2000\n\n", ending.Token);
            await context.Response.Body.FlushAsync(ending.Token);
            await SendAsync(context.Response, watcher.Reader, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watcher went away, or the gateway ends.
        }
        finally
        {
            feed.Leave(watcher);
        }
    }

    private async Task SendAsync(HttpResponse response, ChannelReader<ReadOnlyMemory<byte>> looks, CancellationToken cancellation)
    {
        while (true)
        {
            using var heart = new CancellationTokenSource(Heartbeat, clock);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation, heart.Token);
            try
            {
                var one = await looks.ReadAsync(pause.Token);
                await response.Body.WriteAsync("event: chain\ndata: "u8.ToArray(), cancellation);
                await response.Body.WriteAsync(one, cancellation);
                await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellation);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                await response.WriteAsync(": still here\n\n", cancellation);
            }

            await response.Body.FlushAsync(cancellation);
        }
    }
}
