using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Streaming.Gateway.Chain;
using Streaming.Gateway.Entities;
using Streaming.Gateway.Http;
using Streaming.Gateway.Models;
using Streaming.Gateway.Predictions;
using Streaming.Gateway.Readings;
using Streaming.Gateway.Telemetry;
using Streaming.Hosting;

namespace Streaming.Gateway;

/// <summary>The gateway's HTTP, listening. Any process may host it.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly WebApplication _application;
    private readonly FiguresWatch _figures;
    private readonly ChainLook _look;
    private readonly ChainFeed _feed;
    private readonly ReadingPublisher _publisher;
    private readonly IDisposable _shown;
    private bool _disposed;

    private GatewayServer(WebApplication application, FiguresWatch figures, ChainLook look, ChainFeed feed, ReadingPublisher publisher)
    {
        _application = application;
        _figures = figures;
        _look = look;
        _feed = feed;
        _publisher = publisher;
        _shown = GatewayMeter.Show(look);
    }

    /// <summary>Where the page is.</summary>
    public string Url => _application.Urls.First();

    /// <summary>Begins to listen.</summary>
    /// <param name="parts">What it is made of; they outlive it.</param>
    /// <param name="loggers">Where it says what happens.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ConfigurationException">The address and port cannot be listened on.</exception>
    public static async Task<GatewayServer> StartAsync(GatewayParts parts, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(loggers);
        var log = loggers.CreateLogger("Streaming.Gateway");
        var publisher = new ReadingPublisher(parts.Kafka, parts.ReadingSchemaId, parts.Options);
        var models = new ModelCatalogue(parts.ModelsDirectory);
        var figures = new FiguresWatch(parts.History, models, clock, log);
        var look = new ChainLook(parts, figures, clock);
        var feed = new ChainFeed(look, parts.Options.MaxWatchers, clock, log);
        var server = new GatewayServer(Build(parts.Options), figures, look, feed, publisher);
        server._application.Use(next => context => AnswerRules.ApplyAsync(context, next, log));
        server._application.UseRouting();
        PageFiles.Map(server._application);
        new ChainEndpoints(look, feed, clock).Map(server._application);
        new EntityEndpoints(figures).Map(server._application);
        new PredictionEndpoints(parts.History, models).Map(server._application);
        new ReadingEndpoints(parts.Options, parts.Ingest, publisher, clock, log).Map(server._application);
        try
        {
            await ListenAsync(server._application, parts.Options, cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        GatewayLog.Started(log, PipelineVersion.Current, server.Url);
        return server;
    }

    /// <summary>Ends: those who watch are told goodbye, open requests are finished.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _shown.Dispose();
        await _feed.StopAsync();
        using var patience = new CancellationTokenSource(StopTimeout);
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
        await _feed.DisposeAsync();
        _publisher.Dispose();
        _look.Dispose();
        await _figures.DisposeAsync();
    }

    /// <summary>The routes that are mapped, as the OpenAPI document writes them, each with its methods.</summary>
    internal IEnumerable<(string Path, string Method)> Routes =>
        ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)_application).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods.Select(method => (route.RoutePattern.RawText!, method)));

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ConfigurationException">The address and port cannot be listened on.</exception>
    internal static async Task ListenAsync(WebApplication application, GatewayOptions options, CancellationToken cancellation)
    {
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            throw new ConfigurationException([
                $"{GatewayOptions.Section}:Port = '{options.Port}' on {GatewayOptions.Section}:Address = '{options.Address}': cannot be listened on ({refused.Message}); "
                + "choose another port, or 0 for a free one, and an address of this host."]);
        }
    }

    /// <summary>An application that listens as the options say, and does nothing yet.</summary>
    internal static WebApplication Build(GatewayOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        });
        builder.Services.AddRoutingCore();
        return builder.Build();
    }
}
