using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Gateway.Chain;
using Streaming.Gateway.Http;

namespace Streaming.Gateway.Entities;

/// <summary><c>GET /v1/entities</c>: a page of those that contain a text.</summary>
internal sealed class EntityEndpoints(FiguresWatch figures)
{
    private const int DefaultLimit = 50;
    private const int MostLimit = 1000;
    private const int MostQuery = 256;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/entities", EntitiesAsync);

    private async Task EntitiesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var asked) && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid-query", "The query is wrong", $"limit must be a whole number from 1 to {MostLimit}; without it {DefaultLimit} are given.");
            return;
        }

        var text = query["query"].ToString();
        if (text.Length > MostQuery)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid-query", "The query is wrong", $"query must have {MostQuery} characters at most; no id is longer.");
            return;
        }

        var answer = Page(figures.Figures.Entities, text, query["after"].ToString(), limit);
        await context.Response.WriteAsJsonAsync(answer, GatewayJson.Default.EntitiesAnswer, cancellationToken: context.RequestAborted);
    }

    private static EntitiesAnswer Page(IReadOnlyList<string> all, string text, string after, int limit)
    {
        var page = new List<string>(limit);
        var (matching, reached, more) = (0, after.Length == 0, false);
        foreach (var entity in all)
        {
            if (!entity.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            matching++;
            if (reached && page.Count < limit)
            {
                page.Add(entity);
            }
            else
            {
                more |= reached;
                reached |= entity == after;
            }
        }

        return new EntitiesAnswer(matching, page, more ? page[^1] : null);
    }
}
