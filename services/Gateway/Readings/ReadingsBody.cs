using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Streaming.Gateway.Http;

namespace Streaming.Gateway.Readings;

/// <summary>The body of <c>POST /v1/readings</c>: a reading, an array of them, or an object with <c>readings</c>.</summary>
internal static class ReadingsBody
{
    private const string List = "readings";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <summary>Reads it; where it is not as it must be, answers so and gives null.</summary>
    public static async Task<JsonDocument?> ReadAsync(HttpContext context)
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

        var bytes = await context.Request.BodyReader.ReadAllAsync(context.RequestAborted);
        if (!Utf8.IsValid(bytes))
        {
            await Malformed(context, "The body is not UTF-8.");
            return null;
        }

        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException wrong)
        {
            await Malformed(context, bytes.Length == 0 ? "The body is empty." : $"Line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1} is not as JSON must be, or lies deeper than {Strict.MaxDepth} levels.");
            return null;
        }
    }

    /// <summary>The readings of a body; null where it is neither of the three.</summary>
    public static IReadOnlyList<JsonElement>? ItemsOf(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => [.. root.EnumerateArray()],
        JsonValueKind.Object when root.TryGetProperty(List, out var list) =>
            list.ValueKind == JsonValueKind.Array && root.GetPropertyCount() == 1 ? [.. list.EnumerateArray()] : null,
        JsonValueKind.Object => [root],
        _ => null,
    };

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

    private static async Task<byte[]> ReadAllAsync(this System.IO.Pipelines.PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
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
