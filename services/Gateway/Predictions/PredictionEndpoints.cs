using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Gateway.Http;
using Streaming.Gateway.Models;
using Streaming.History;

namespace Streaming.Gateway.Predictions;

/// <summary><c>GET /v1/entities/{id}/predictions</c>.</summary>
internal sealed class PredictionEndpoints(IHistoryReader history, ModelCatalogue models)
{
    private const int DefaultLimit = 600;
    private const int MostLimit = 10_000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/entities/{id}/predictions", PredictionsAsync);

    private async Task PredictionsAsync(HttpContext context)
    {
        var limit = DefaultLimit;
        if (context.Request.Query.TryGetValue("limit", out var asked)
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid-query", "The query is wrong", $"limit must be a whole number from 1 to {MostLimit}; without it {DefaultLimit} are given.");
            return;
        }

        try
        {
            var id = (string)context.Request.RouteValues["id"]!;
            var deployment = context.Request.Query.TryGetValue("deployment", out var wanted) ? wanted.ToString() : null;
            var answer = await PredictionSeries.ReadAsync(history, models, id, deployment, limit, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(answer, GatewayJson.Default.PredictionsAnswer, cancellationToken: context.RequestAborted);
        }
        catch (HistoryException away)
        {
            context.Response.Headers.RetryAfter = $"{Problems.RetrySeconds}";
            await Problems.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "history-unavailable",
                "The history cannot answer now",
                away is HistoryUnavailableException ? "Try again later." : "Somebody must look at it: the page and the gateway's log have what is wrong. Then try again.");
        }
    }
}
