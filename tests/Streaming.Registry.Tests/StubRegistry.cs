using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Streaming.Registry.Tests;

/// <summary>A server that answers as a test wants, and remembers what it was asked.</summary>
internal sealed class StubRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;

    private StubRegistry(WebApplication application) => _application = application;

    public string Url => _application.Urls.First();

    public ConcurrentQueue<Asked> Requests { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("{}");

    public static async Task<StubRegistry> StartAsync(Func<HttpContext, Task>? answer = null, Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen ?? (_ => { })));
        var stub = new StubRegistry(builder.Build());
        stub.Answer = answer ?? stub.Answer;
        stub._application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            stub.Requests.Enqueue(new Asked(context.Request.Method, context.Request.Path + context.Request.QueryString, await reader.ReadToEndAsync(), headers));
            await stub.Answer(context);
        });
        await stub._application.StartAsync();
        return stub;
    }

    public static Func<HttpContext, Task> Status(int status, string body, string type = "application/vnd.schemaregistry.v1+json") => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    };

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    public sealed record Asked(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
}
