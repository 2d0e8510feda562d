using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>What the registry's clients meet.</summary>
public enum RegistryMood
{
    /// <summary>The registry itself.</summary>
    Well,

    /// <summary>Connections that are cut.</summary>
    Down,

    /// <summary>No answer before anybody's patience ends.</summary>
    Slow,

    /// <summary>500 for everything.</summary>
    Failing,
}

/// <summary>A way to the real registry that can be made as bad as a network or a server may be.</summary>
internal sealed class FaultyRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _client = new();
    private volatile RegistryMood _mood;
    private int _asked;

    private FaultyRegistry(WebApplication application) => _application = application;

    public string Url => _application.Urls.First();

    public RegistryMood Mood
    {
        get => _mood;
        set
        {
            _mood = value;
            Interlocked.Exchange(ref _asked, 0);
        }
    }

    /// <summary>How often it was asked in this mood.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<FaultyRegistry> StartAsync(string behind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var faulty = new FaultyRegistry(builder.Build());
        faulty._application.Run(context => faulty.AnswerAsync(context, behind));
        await faulty._application.StartAsync();
        return faulty;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, string behind)
    {
        Interlocked.Increment(ref _asked);
        switch (_mood)
        {
            case RegistryMood.Down:
                context.Abort();
                return;
            case RegistryMood.Slow:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case RegistryMood.Failing:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsync("""{"error_code":50001,"message":"the store is away"}""");
                return;
            default:
                await PassOnAsync(context, behind);
                return;
        }
    }

    private async Task PassOnAsync(HttpContext context, string behind)
    {
        using var question = new HttpRequestMessage(new HttpMethod(context.Request.Method), behind.TrimEnd('/') + context.Request.Path + context.Request.QueryString);
        if (context.Request.ContentLength > 0)
        {
            question.Content = new StreamContent(context.Request.Body);
            question.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        using var answer = await _client.SendAsync(question, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
