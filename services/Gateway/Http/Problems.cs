using Microsoft.AspNetCore.Http;

namespace Streaming.Gateway.Http;

/// <summary>Answers with problems; nothing of the program's inside is ever in one.</summary>
internal static class Problems
{
    /// <summary>The media type of an answer that is a problem.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>When to come again where something is away or full.</summary>
    public const int RetrySeconds = 5;

    /// <summary>A kind of problem as its URN.</summary>
    public static string Type(string kind) => "urn:streaming:problem:" + kind;

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, int status, string kind, string title, string detail) =>
        WriteAsync(context, new Problem(Type(kind), title, status, detail));

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, GatewayJson.Default.Problem, ContentType, context.RequestAborted);
    }

    /// <summary>Answers that there is no room for the request now.</summary>
    public static Task BusyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = $"{RetrySeconds}";
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "busy", "The gateway has enough to do", "As many readings wait for Kafka as Gateway:MaxPendingBytes allows. Send all of this request again later.");
    }

    /// <summary>Answers that the body came too slowly.</summary>
    public static Task TooSlowAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status408RequestTimeout, "too-slow", "The body came too slowly", "Nothing of it was taken. Send it again, faster or in smaller requests (Gateway:BodyTimeout bounds the whole body).");
}
