using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Streaming.Avro.Registry;

/// <summary>What came back from a registry, and what it means.</summary>
/// <param name="Url">What was asked.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, up to the limit.</param>
/// <param name="IsCut">Whether the body goes on past the limit.</param>
/// <param name="Location">Where a redirect leads.</param>
/// <param name="RetryAfter">How long the registry asks to be left alone.</param>
internal sealed record RegistryResponse(string Url, int Status, ReadOnlyMemory<byte> Body, bool IsCut, Uri? Location, TimeSpan? RetryAfter)
{
    private const int MaxQuotedCharacters = 1000;

    /// <summary>The answer, where the registry gave one; null where it says that it has none.</summary>
    /// <param name="shape">The answer's shape.</param>
    /// <param name="read">Turns the answer into a result; null where it lacks what it must have.</param>
    /// <param name="missing">The error codes that say that it has none.</param>
    /// <exception cref="SchemaRegistryException">Any other answer.</exception>
    public TResult? Read<TAnswer, TResult>(JsonTypeInfo<TAnswer> shape, Func<TAnswer, TResult?> read, ReadOnlySpan<int> missing)
        where TAnswer : class
        where TResult : class
    {
        if (Status is >= 200 and < 300)
        {
            var answer = Parse(shape);
            return (answer is null ? null : read(answer)) ?? throw NoAnswer();
        }

        var error = Parse(RegistryJson.Default.ErrorAnswer);
        return Status == 404 && error?.ErrorCode is { } code && missing.Contains(code) ? null : throw Failure(error);
    }

    private T? Parse<T>(JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return IsCut ? null : JsonSerializer.Deserialize(Body.Span, shape);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private SchemaRegistryException Failure(ErrorAnswer? error)
    {
        var said = error?.ErrorCode is { } code ? $"error {code}: {Quote(error.Message ?? "")}" : Quote(Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, MaxQuotedCharacters)]));
        return Status switch
        {
            408 or 429 or >= 500 => new(RegistryFault.Unavailable, $"{Url} answered {Status} ({said}).") { RetryAfter = RetryAfter },
            409 => new(RegistryFault.Incompatible, $"{Url} refused the schema: {said}"),
            400 or 413 or 422 => new(RegistryFault.Invalid, $"{Url} holds the request for invalid: {said}"),
            404 when error?.ErrorCode >= 40_400 => new(RegistryFault.Invalid, $"{Url} does not have what the request names: {said}"),
            401 or 403 => new(RegistryFault.Configuration, $"{Url} answered {Status} ({said}): it does not let this caller in; check SchemaRegistry:Username and Password, BearerToken or ClientCertificatePath, and the rights given there."),
            >= 300 and < 400 => new(RegistryFault.Configuration, $"{Url} redirects to {Location}, and redirects are not followed; set SchemaRegistry:Url to where the registry itself is."),
            _ => new(RegistryFault.Configuration, $"{Url} answered {Status} ({said}): no schema registry's interface is there; check SchemaRegistry:Url, its path included."),
        };
    }

    private SchemaRegistryException NoAnswer()
    {
        if (IsCut && IsSchemaSoFar())
        {
            return new(RegistryFault.TooLarge, $"{Url} holds a schema larger than {Body.Length} bytes; raise SchemaRegistry:MaxResponseBytes to read it.");
        }

        var beginning = Quote(Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, 80)]));
        return new(RegistryFault.Unavailable, $"{Url} answered {Status} with something that is no registry's answer, beginning '{beginning}'; check that SchemaRegistry:Url leads to the registry and not to a page before it.");
    }

    /// <summary>Whether a body that was cut is an answer with a schema as far as it goes: a large schema, and not a stream of something else.</summary>
    private bool IsSchemaSoFar()
    {
        var reader = new Utf8JsonReader(Body.Span, isFinalBlock: false, state: default);
        var hasSchema = false;
        try
        {
            while (reader.Read())
            {
                hasSchema |= reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("schema"u8);
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return hasSchema;
    }

    private static string Quote(string text)
    {
        var plain = string.Concat(text.Take(MaxQuotedCharacters).Select(character => char.IsControl(character) ? ' ' : character));
        return text.Length > MaxQuotedCharacters ? plain + " …" : plain;
    }
}
