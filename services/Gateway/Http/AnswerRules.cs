using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Streaming.Gateway.Http;

/// <summary>What holds for every answer: headers that keep a browser from running anything but the page's own files, and a problem rather than an empty or revealing error.</summary>
internal static class AnswerRules
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static async Task ApplyAsync(HttpContext context, RequestDelegate next, ILogger log)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be answered
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, bad);
            return;
        }
        catch (Exception unforeseen) when (!context.Response.HasStarted)
        {
            GatewayLog.RequestFailed(log, context.Request.Method, context.Request.Path, unforeseen);
            await Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, "internal", "The gateway failed", "This is the gateway's fault; its log has what happened. Try again.");
            return;
        }

        if (!context.Response.HasStarted && context.Response.ContentLength is null && context.Response.ContentType is null)
        {
            await ExplainAsync(context);
        }
    }

    private static Task RefuseAsync(HttpContext context, BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Problems.WriteAsync(context, bad.StatusCode, "too-large", "The body is too large", "The body is larger than Gateway:MaxBodyBytes allows; send fewer readings at once."),
        StatusCodes.Status408RequestTimeout => Problems.TooSlowAsync(context),
        _ => Problems.WriteAsync(context, bad.StatusCode, "bad-request", "The request is not valid HTTP", "The request was cut off, or breaks the rules of HTTP."),
    };

    private static Task ExplainAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problems.WriteAsync(context, StatusCodes.Status404NotFound, "not-found", "There is no such place", "GET /openapi/v1.json tells which there are."),
        StatusCodes.Status405MethodNotAllowed => Problems.WriteAsync(
            context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "The method is not allowed here", $"Allowed: {context.Response.Headers.Allow}."),
        _ => Task.CompletedTask,
    };
}
