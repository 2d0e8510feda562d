using Microsoft.AspNetCore.Http;

namespace Streaming.Gateway.Http;

/// <summary>Answers with problems; nothing of the program's inside is ever in one.</summary>
internal static class Problems
{
    /// <summary>The media type of an answer that is a problem.</summary>
    public const string ContentType = "application/problem+json";

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
}
