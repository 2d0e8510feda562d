using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Streaming.Avro.Registry;

/// <summary>Makes the connections to a registry: TLS as configured, no redirects, no cookies, bounded headers.</summary>
internal static class RegistryHandler
{
    /// <summary>A handler by the options.</summary>
    /// <exception cref="SchemaRegistryException">A certificate cannot be read.</exception>
    public static SocketsHttpHandler Create(SchemaRegistryOptions options) => new()
    {
        // A redirect could lead the credentials to another host; a registry behind one has an address of its own to be configured.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 32,

        // What is left of an answer over the limit is not worth reading for the sake of the connection.
        MaxResponseDrainSize = 0,
        MaxConnectionsPerServer = 16,
        ConnectTimeout = options.TryTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        SslOptions = Tls(options),
    };

    private static SslClientAuthenticationOptions Tls(SchemaRegistryOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (!string.IsNullOrEmpty(options.ClientCertificatePath))
        {
            tls.ClientCertificates = [Load(nameof(options.ClientCertificatePath), options.ClientCertificatePath, () => ClientCertificate(options))];
        }

        if (!string.IsNullOrEmpty(options.TrustedCertificatesPath))
        {
            var trusted = Load(nameof(options.TrustedCertificatesPath), options.TrustedCertificatesPath, () => Authorities(options.TrustedCertificatesPath));
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        return tls;
    }

    private static X509Certificate2 ClientCertificate(SchemaRegistryOptions options)
    {
        var key = string.IsNullOrEmpty(options.ClientKeyPath) ? options.ClientCertificatePath! : options.ClientKeyPath;
        using var certificate = string.IsNullOrEmpty(options.ClientKeyPassword)
            ? X509Certificate2.CreateFromPemFile(options.ClientCertificatePath!, key)
            : X509Certificate2.CreateFromEncryptedPemFile(options.ClientCertificatePath!, options.ClientKeyPassword, key);

        // Some platforms' TLS does not take a key that was never in a store or a container.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    private static X509Certificate2Collection Authorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("the file holds no certificate");
    }

    private static T Load<T>(string key, string path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SchemaRegistryException(
                RegistryFault.Configuration,
                $"{SchemaRegistryOptions.Section}:{key} = '{path}': must name a readable PEM file ({failure.Message}); check the path, the rights and the password.",
                failure);
        }
    }
}
