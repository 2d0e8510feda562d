namespace Streaming.Avro.Registry;

/// <summary>Where the schema registry is and how it is asked. Section <c>SchemaRegistry</c> of the configuration.</summary>
public sealed class SchemaRegistryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SchemaRegistry";

    /// <summary>One or more base URLs of the same registry, separated by commas, such as <c>http://localhost:8081</c>. The next is asked where one fails. Required.</summary>
    public string Url { get; set; } = "";

    /// <summary>User name for basic authentication; none by default.</summary>
    public string? Username { get; set; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; set; }

    /// <summary>Token for bearer authentication; none by default.</summary>
    public string? BearerToken { get; set; }

    /// <summary>Path of a PEM file with the client's certificate, for mutual TLS; none by default.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>Path of a PEM file with the certificate's private key; the certificate's own file by default.</summary>
    public string? ClientKeyPath { get; set; }

    /// <summary>Password of an encrypted private key.</summary>
    public string? ClientKeyPassword { get; set; }

    /// <summary>Path of a PEM file with the authorities that may have signed the registry's certificate; the system's by default.</summary>
    public string? TrustedCertificatesPath { get; set; }

    /// <summary>Limit on one try, connecting included; 5 s by default.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a failed try is repeated; 3 by default.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Mean wait before the first repetition, doubled for each further one; 200 ms by default.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Limit on the wait before a repetition, also where the registry asks for a longer one; 5 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Limit on the bytes of one answer; 4 MiB by default.</summary>
    public int MaxResponseBytes { get; set; } = 4 << 20;

    /// <summary>How many schemas are remembered by their ids; 1,000 by default.</summary>
    public int CacheSize { get; set; } = 1000;

    /// <summary>The base URLs, without a slash at the end.</summary>
    internal IReadOnlyList<string> BaseUrls =>
        [.. Url.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(url => url.TrimEnd('/'))];

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none. Opens no file, asks nobody.</summary>
    public IReadOnlyList<string> Validate() => [.. UrlErrors(), .. AuthenticationErrors(), .. LimitErrors()];

    private static string Error(string key, object value, string rule, string remedy) => $"{Section}:{key} = '{value}': {rule}; {remedy}.";

    private IEnumerable<string> UrlErrors()
    {
        const string Remedy = "set SchemaRegistry__Url, for example to http://localhost:8081";
        if (BaseUrls.Count == 0)
        {
            yield return Error(nameof(Url), Url, "must hold at least one URL", Remedy);
        }

        foreach (var url in BaseUrls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            {
                yield return Error(nameof(Url), url, "must be absolute, beginning with http:// or https://", Remedy);
            }
            else if (uri.UserInfo.Length > 0)
            {
                yield return Error(nameof(Url), uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), "must not hold a user name or password", "give them as SchemaRegistry__Username and SchemaRegistry__Password");
            }
            else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            {
                yield return Error(nameof(Url), url, "must end with its path", "take away what follows '?' or '#'");
            }
        }
    }

    private IEnumerable<string> AuthenticationErrors()
    {
        const string Hidden = "(hidden)";
        if (!string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Username))
        {
            yield return Error(nameof(Password), Hidden, "needs a user name", "set SchemaRegistry__Username, or take the password away");
        }

        if (Username is not null && Username.Contains(':', StringComparison.Ordinal))
        {
            yield return Error(nameof(Username), Username, "must hold no colon, which ends a user name in basic authentication", "use another user");
        }

        if (!string.IsNullOrEmpty(BearerToken) && !string.IsNullOrEmpty(Username))
        {
            yield return Error(nameof(BearerToken), Hidden, "excludes a user name", "set either SchemaRegistry__BearerToken or SchemaRegistry__Username");
        }

        if (BearerToken is not null && BearerToken.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            yield return Error(nameof(BearerToken), Hidden, "must hold neither white space nor control characters", "check for a line break at its end");
        }

        if (!string.IsNullOrEmpty(ClientKeyPath) && string.IsNullOrEmpty(ClientCertificatePath))
        {
            yield return Error(nameof(ClientKeyPath), ClientKeyPath, "needs a certificate", "set SchemaRegistry__ClientCertificatePath");
        }

        var secure = BaseUrls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        if (!string.IsNullOrEmpty(ClientCertificatePath) && !secure)
        {
            yield return Error(nameof(ClientCertificatePath), ClientCertificatePath, "is shown over https only", "use an https URL, or take the certificate away");
        }

        if (!string.IsNullOrEmpty(TrustedCertificatesPath) && !secure)
        {
            yield return Error(nameof(TrustedCertificatesPath), TrustedCertificatesPath, "counts over https only", "use an https URL, or take the path away");
        }
    }

    private IEnumerable<string> LimitErrors()
    {
        if (TryTimeout < TimeSpan.FromMilliseconds(10) || TryTimeout > TimeSpan.FromMinutes(5))
        {
            yield return Error(nameof(TryTimeout), TryTimeout, "must lie between 10 ms and 5 min", "the default is 00:00:05");
        }

        if (Retries is < 0 or > 20)
        {
            yield return Error(nameof(Retries), Retries, "must lie between 0 and 20", "the default is 3");
        }

        if (RetryDelay < TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1))
        {
            yield return Error(nameof(RetryDelay), RetryDelay, "must lie between 0 and 1 min", "the default is 00:00:00.2");
        }

        if (MaxRetryDelay < RetryDelay || MaxRetryDelay > TimeSpan.FromMinutes(5))
        {
            yield return Error(nameof(MaxRetryDelay), MaxRetryDelay, $"must lie between {nameof(RetryDelay)} ({RetryDelay}) and 5 min", "the default is 00:00:05");
        }

        if (MaxResponseBytes is < 4096 or > 256 << 20)
        {
            yield return Error(nameof(MaxResponseBytes), MaxResponseBytes, "must lie between 4096 and 268435456", "the default is 4194304");
        }

        if (CacheSize is < 1 or > 1_000_000)
        {
            yield return Error(nameof(CacheSize), CacheSize, "must lie between 1 and 1000000", "the default is 1000");
        }
    }
}
