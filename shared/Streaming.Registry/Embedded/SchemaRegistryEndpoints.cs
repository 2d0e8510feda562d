using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Embedded;

/// <summary>Confluent's REST interface over a <see cref="SchemaRegistryStore"/>, so that any client of such a registry works with it.</summary>
public static class SchemaRegistryEndpoints
{
    /// <summary>Bytes that the body of a request may have.</summary>
    public const int MaxBodyBytes = 1 << 20;

    private const string MediaType = "application/vnd.schemaregistry.v1+json";

    private static readonly RegistryReplyJson Json = RegistryReplyJson.Default;

    /// <summary>Adds the interface to an application. It asks nobody who they are: bind it to the loopback address.</summary>
    public static void MapSchemaRegistry(this IEndpointRouteBuilder application, SchemaRegistryStore store)
    {
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(store);
        var routes = application.MapGroup("").AddEndpointFilter(AnswerRefusalsAsync);
        MapSubjects(routes, store);
        MapSchemas(routes, store);
        MapLevels(routes, store);
        MapChecks(routes, store);
    }

    private static void MapSubjects(IEndpointRouteBuilder routes, SchemaRegistryStore store)
    {
        routes.MapGet("/subjects", (string? subjectPrefix) => Reply(store.Subjects(subjectPrefix ?? "").ToArray(), Json.StringArray));
        routes.MapPost("/subjects/{subject}/versions", async (string subject, HttpRequest request) =>
            Reply(new IdReply(store.Register(subject, await SchemaAsync(request).ConfigureAwait(false))), Json.IdReply));
        routes.MapPost("/subjects/{subject}", async (string subject, HttpRequest request) =>
            Reply(ToReply(store.Find(subject, await SchemaAsync(request).ConfigureAwait(false))), Json.VersionReply));
        routes.MapGet("/subjects/{subject}/versions", (string subject) => Reply(Enumerable.Range(1, store.CountVersions(subject)).ToArray(), Json.Int32Array));
        routes.MapGet("/subjects/{subject}/versions/{version}", (string subject, string version) => Reply(ToReply(store.Version(subject, version)), Json.VersionReply));
        routes.MapGet("/subjects/{subject}/versions/{version}/schema", (string subject, string version) => Results.Text(store.Version(subject, version).Schema, MediaType));
    }

    private static void MapSchemas(IEndpointRouteBuilder routes, SchemaRegistryStore store)
    {
        routes.MapGet("/schemas/ids/{id:int}", (int id) => Reply(new SchemaReply(store.Text(id)), Json.SchemaReply));
        routes.MapGet("/schemas/ids/{id:int}/schema", (int id) => Results.Text(store.Text(id), MediaType));
        routes.MapGet("/schemas/ids/{id:int}/subjects", (int id) => Reply(store.Places(id).Select(place => place.Subject).ToArray(), Json.StringArray));
        routes.MapGet("/schemas/ids/{id:int}/versions", (int id) =>
            Reply(store.Places(id).Select(place => new PlaceReply(place.Subject, place.Version)).ToArray(), Json.PlaceReplyArray));
        routes.MapGet("/schemas/types", () => Reply(["AVRO"], Json.StringArray));
        routes.MapGet("/mode", () => Reply(new ModeReply("READWRITE"), Json.ModeReply));
        routes.MapGet("/mode/{subject}", (string subject) => Reply(new ModeReply("READWRITE"), Json.ModeReply));
    }

    private static void MapLevels(IEndpointRouteBuilder routes, SchemaRegistryStore store)
    {
        routes.MapGet("/config", () => Reply(new LevelReply(store.Level().ToName()), Json.LevelReply));
        routes.MapGet("/config/{subject}", (string subject, bool? defaultToGlobal) =>
            Reply(new LevelReply(store.Level(subject, defaultToGlobal ?? false).ToName()), Json.LevelReply));
        routes.MapPut("/config", (HttpRequest request) => SetLevelAsync(store, subject: null, request));
        routes.MapPut("/config/{subject}", (string subject, HttpRequest request) => SetLevelAsync(store, subject, request));
    }

    private static void MapChecks(IEndpointRouteBuilder routes, SchemaRegistryStore store)
    {
        routes.MapPost("/compatibility/subjects/{subject}/versions", (string subject, bool? verbose, HttpRequest request) =>
            CheckAsync(store, subject, version: null, verbose, request));
        routes.MapPost("/compatibility/subjects/{subject}/versions/{version}", (string subject, string version, bool? verbose, HttpRequest request) =>
            CheckAsync(store, subject, version, verbose, request));
    }

    private static async Task<IResult> SetLevelAsync(SchemaRegistryStore store, string? subject, HttpRequest request)
    {
        var body = await BodyAsync(request, Json.LevelBody).ConfigureAwait(false);
        store.SetLevel(subject, body.Compatibility);
        return Reply(body with { Compatibility = body.Compatibility!.ToUpperInvariant() }, Json.LevelBody);
    }

    private static async Task<IResult> CheckAsync(SchemaRegistryStore store, string subject, string? version, bool? verbose, HttpRequest request)
    {
        var messages = store.Incompatibilities(subject, await SchemaAsync(request).ConfigureAwait(false), version);
        return Reply(new VerdictReply(messages.Count == 0, verbose == true ? messages : null), Json.VerdictReply);
    }

    private static async ValueTask<object?> AnswerRefusalsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (RegistryRefusal refusal)
        {
            return Results.Json(new ErrorReply(refusal.Code, refusal.Message), Json.ErrorReply, MediaType, refusal.Status);
        }
    }

    private static async Task<string> SchemaAsync(HttpRequest request)
    {
        var body = await BodyAsync(request, Json.SchemaBody).ConfigureAwait(false);
        if (!(body.SchemaType ?? "AVRO").Equals("AVRO", StringComparison.OrdinalIgnoreCase))
        {
            throw RegistryRefusal.InvalidSchema($"the type {body.SchemaType} is not kept here; AVRO is");
        }

        if (body.References is { Length: > 0 })
        {
            throw RegistryRefusal.InvalidSchema("references to other subjects are not followed here; define each type in the schema itself");
        }

        return body.Schema ?? throw RegistryRefusal.InvalidSchema("the request has no field 'schema'");
    }

    private static async Task<T> BodyAsync<T>(HttpRequest request, JsonTypeInfo<T> shape)
        where T : class
    {
        var buffer = new byte[Math.Min(MaxBodyBytes + 1, request.ContentLength + 1 ?? 4096)];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), request.HttpContext.RequestAborted).ConfigureAwait(false) is var read and > 0)
        {
            length += read;
            if (length > MaxBodyBytes)
            {
                throw RegistryRefusal.TooLarge(MaxBodyBytes);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(MaxBodyBytes + 1, buffer.Length * 2));
            }
        }

        try
        {
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), shape) ?? throw RegistryRefusal.Malformed("the body is null");
        }
        catch (JsonException failure)
        {
            throw RegistryRefusal.Malformed(failure.Message);
        }
    }

    private static IResult Reply<T>(T value, JsonTypeInfo<T> shape) => Results.Json(value, shape, MediaType);

    private static VersionReply ToReply(SubjectVersion version) => new(version.Subject, version.Version, version.Id, version.Schema);
}
