using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Streaming.Avro.Registry;

/// <summary>Asks a registry over HTTP: every try within its time and size, failed tries repeated at the next of its addresses.</summary>
internal sealed class RegistryTransport : IDisposable
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";

    private readonly HttpClient _http;
    private readonly IReadOnlyList<string> _urls;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly ResiliencePipeline _pipeline;
    private readonly int _maxResponseBytes;
    private int _preferred;

    public RegistryTransport(SchemaRegistryOptions options, TimeProvider time)
    {
        _urls = options.BaseUrls;
        _authorization = Authorization(options);
        _pipeline = Pipeline(options, time);
        _maxResponseBytes = options.MaxResponseBytes;
        _http = new HttpClient(RegistryHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks until there is an answer or the tries are used up.</summary>
    /// <param name="method">GET, POST or PUT.</param>
    /// <param name="path">What is asked for, beginning with a slash.</param>
    /// <param name="body">JSON, or null.</param>
    /// <param name="read">What the answer means; throws <see cref="SchemaRegistryException"/> for one that is a failure.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, byte[]? body, Func<RegistryResponse, T> read, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(token => TryAsync(method, path, body, read, token), cancellation).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException late)
        {
            throw new SchemaRegistryException(
                RegistryFault.Unavailable,
                $"{string.Join(", ", _urls)} gave no answer to {method} {path} within {late.Timeout.TotalMilliseconds:0} ms; check that the registry runs, or raise SchemaRegistry:TryTimeout.",
                late);
        }
    }

    public void Dispose() => _http.Dispose();

    private static AuthenticationHeaderValue? Authorization(SchemaRegistryOptions options)
    {
        if (!string.IsNullOrEmpty(options.BearerToken))
        {
            return new AuthenticationHeaderValue("Bearer", options.BearerToken);
        }

        return string.IsNullOrEmpty(options.Username)
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));
    }

    private static ResiliencePipeline Pipeline(SchemaRegistryOptions options, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = failed => ValueTask.FromResult(failed.Outcome.Exception is TimeoutRejectedException or SchemaRegistryException { Fault: RegistryFault.Unavailable }),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = failed => ValueTask.FromResult(AskedFor(failed.Outcome.Exception, options.MaxRetryDelay)),
            });
        }

        return builder.AddTimeout(options.TryTimeout).Build();
    }

    // What is wrong with a certificate stands in the inner exception alone.
    private static string Cause(Exception failure) => failure.InnerException is AuthenticationException secure ? secure.Message : failure.Message;

    private static TimeSpan? AskedFor(Exception? failure, TimeSpan most) =>
        failure is SchemaRegistryException { RetryAfter: { } asked } && asked > TimeSpan.Zero ? (asked < most ? asked : most) : null;

    private async ValueTask<T> TryAsync<T>(HttpMethod method, string path, byte[]? body, Func<RegistryResponse, T> read, CancellationToken cancellation)
    {
        var position = Volatile.Read(ref _preferred);
        var url = _urls[position] + path;
        var answered = false;
        try
        {
            var result = read(await AskAsync(method, url, body, cancellation).ConfigureAwait(false));
            answered = true;
            return result;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new SchemaRegistryException(RegistryFault.Unavailable, $"{url} cannot be reached ({Cause(failure)}); check that the registry runs there.", failure);
        }
        catch (SchemaRegistryException failure) when (failure.Fault != RegistryFault.Unavailable)
        {
            answered = true;
            throw;
        }
        finally
        {
            if (!answered)
            {
                // The first to fail at an address moves everybody on; those who failed beside it do not move past the next one.
                _ = Interlocked.CompareExchange(ref _preferred, (position + 1) % _urls.Count, position);
            }
        }
    }

    private async Task<RegistryResponse> AskAsync(HttpMethod method, string url, byte[]? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = _authorization;
        request.Headers.Accept.ParseAdd(MediaType);
        request.Headers.Accept.ParseAdd("application/json; q=0.9");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } };
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        var (content, isCut) = await ReadAsync(response.Content, cancellation).ConfigureAwait(false);
        return new RegistryResponse(url, (int)response.StatusCode, content, isCut, response.Headers.Location, response.Headers.RetryAfter?.Delta);
    }

    private async Task<(ReadOnlyMemory<byte> Content, bool IsCut)> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[Math.Min(_maxResponseBytes + 1L, Math.Max(4096, content.Headers.ContentLength + 1 ?? 0))];
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
                length += read;
                if (read == 0 || length > _maxResponseBytes)
                {
                    return (buffer.AsMemory(0, Math.Min(length, _maxResponseBytes)), length > _maxResponseBytes);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, (int)Math.Min(_maxResponseBytes + 1L, buffer.Length * 2L));
                }
            }
        }
    }
}
