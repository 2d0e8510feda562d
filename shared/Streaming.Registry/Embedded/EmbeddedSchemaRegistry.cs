using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Streaming.Registry.Embedded;

/// <summary>A schema registry in this process, reached over HTTP on the loopback address. Ends with the process and keeps nothing.</summary>
public sealed class EmbeddedSchemaRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;

    private EmbeddedSchemaRegistry(WebApplication application, Uri url)
    {
        _application = application;
        Url = url;
    }

    /// <summary>Where it answers, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Url { get; }

    /// <summary>Starts an empty registry.</summary>
    /// <param name="port">The port on 127.0.0.1; 0, the default, takes a free one.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<EmbeddedSchemaRegistry> StartAsync(int port = 0, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var application = builder.Build();
        application.MapSchemaRegistry(new SchemaRegistryStore());
        await application.StartAsync(cancellation).ConfigureAwait(false);
        return new EmbeddedSchemaRegistry(application, new Uri(application.Urls.First()));
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
