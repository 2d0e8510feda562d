using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Streaming.Gateway.Http;

namespace Streaming.Gateway.Readings;

/// <summary>The body of <c>POST /v1/readings</c>: a reading, an array of them, or an object with <c>readings</c>.</summary>
internal static class ReadingsBody
{
    private const string List = "readings";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>Reads it; where it is not as it must be, answers so and gives null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="share">What it may hold.</param>
    /// <param name="timeout">How long the body may take.</param>
    /// <param name="clock">The clock.</param>
    public static async Task<JsonDocument?> ReadAsync(HttpContext context, BodyBudget.Share share, TimeSpan timeout, TimeProvider clock)
    {
        if (!IsJson(context.Request.ContentType))
        {
            await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "The body must be JSON", "Send Content-Type: application/json, in UTF-8.");
            return null;
        }

        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "unsupported-encoding", "The body must not be compressed", "Leave Content-Encoding away.");
            return null;
        }

        using var late = new CancellationTokenSource(timeout, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        try
        {
            return await context.Request.BodyReader.ReadAllAsync(share, ending.Token) is { } bytes ? await ParseAsync(context, bytes) : await BusyAsync(context);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close"; // what is still on its way is no request
            await Problems.TooSlowAsync(context);
            return null;
        }
    }

    /// <summary>The readings of a body, an array or one alone, and how many; null where it is neither of the three shapes.</summary>
    public static (JsonElement Items, int Count)? ItemsOf(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().FirstOrDefault(field => field.NameEquals(List)) is { Value.ValueKind: not JsonValueKind.Undefined } list)
        {
            return list.Value.ValueKind == JsonValueKind.Array && root.GetPropertyCount() == 1 ? (list.Value, list.Value.GetArrayLength()) : null;
        }

        return root.ValueKind switch
        {
            JsonValueKind.Array => (root, root.GetArrayLength()),
            JsonValueKind.Object => (root, 1),
            _ => null,
        };
    }

    public static Task Malformed(HttpContext context, string detail) =>
        Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "malformed", "The body cannot be read", detail);

    private static bool IsJson(string? contentType)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return !type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonDocument?> ParseAsync(HttpContext context, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            await Malformed(context, "The body is not UTF-8.");
            return null;
        }

        try
        {
            return JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0), Strict);
        }
        catch (JsonException wrong)
        {
            await Malformed(context, bytes.Length == 0 ? "The body is empty." : $"Line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1} is not as JSON must be, or lies deeper than {Strict.MaxDepth} levels.");
            return null;
        }
    }

    private static async Task<JsonDocument?> BusyAsync(HttpContext context)
    {
        await Problems.BusyAsync(context);
        return null;
    }

    /// <summary>The body; null where there is no room for it now.</summary>
    private static async Task<byte[]?> ReadAllAsync(this PipeReader reader, BodyBudget.Share share, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            if (!share.TryReach(read.Buffer.Length))
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End); // or the connection would end with this request
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End); // the server bounds the whole
        }
    }
}
