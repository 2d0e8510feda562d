using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cassandra;
using TlsAuthenticationException = System.Security.Authentication.AuthenticationException;

namespace Streaming.History.Cassandra;

/// <summary>Encrypted connections, with the nodes' certificates and names checked.</summary>
internal static class CassandraTls
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);

    /// <param name="options">Authority and name.</param>
    /// <param name="names">The name of each address that was found by a contact point's name.</param>
    /// <exception cref="HistoryUnusableException">The authority cannot be read.</exception>
    public static SSLOptions Options(CassandraHistoryOptions options, IReadOnlyDictionary<IPAddress, string> names)
    {
        var authorities = options.TlsCaFile.Length == 0 ? null : Read(options.TlsCaFile);
        string NameOf(IPAddress address) => options.TlsHostName.Length > 0 ? options.TlsHostName : names.GetValueOrDefault(address) ?? address.ToString();

        // None lets the system choose among the protocols that are safe today; the driver's own default would be TLS 1.0.
        return new SSLOptions(SslProtocols.None, false, (_, certificate, chain, errors) => Check(authorities, options.TlsCaFile, certificate, chain, errors)).SetHostNameResolver(NameOf);
    }

    /// <summary>Whether a node answers TLS: asked where it did not answer without. Nothing is sent, and nothing is trusted.</summary>
    public static async Task<bool> IsSpokenAsync(IEnumerable<IPEndPoint> nodes, CancellationToken cancellation)
    {
        foreach (var node in nodes)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(ProbeTime);
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(node, patience.Token).ConfigureAwait(false);
                var stream = new SslStream(client.GetStream());
                await using (stream.ConfigureAwait(false))
                {
                    var seen = false;
                    var asking = new SslClientAuthenticationOptions { TargetHost = node.Address.ToString(), RemoteCertificateValidationCallback = (_, _, _, _) => !(seen = true) };
                    try
                    {
                        await stream.AuthenticateAsClientAsync(asking, patience.Token).ConfigureAwait(false);
                    }
                    catch (TlsAuthenticationException) when (seen)
                    {
                        return true; // it showed a certificate
                    }
                }
            }
            catch (Exception silent) when (silent is SocketException or IOException or TlsAuthenticationException || (silent is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                continue;
            }
        }

        return false;
    }

    private static X509Certificate2Collection Read(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception unreadable) when (unreadable is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HistoryUnusableException($"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.TlsCaFile)} = '{file}': cannot be read as certificates in PEM ({unreadable.Message}); give the certificate authority's file.", unreadable);
        }

        return authorities.Count > 0
            ? authorities
            : throw new HistoryUnusableException($"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.TlsCaFile)} = '{file}': holds no certificate; give the certificate authority's file in PEM.");
    }

    /// <exception cref="TlsAuthenticationException">The certificate is not trusted; the message says why, which the system's own does not.</exception>
    private static bool Check(X509Certificate2Collection? authorities, string file, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            throw new TlsAuthenticationException("the node has no certificate");
        }

        if (authorities is null ? errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) : !IsIssued(authorities, certificate, chain))
        {
            var by = authorities is null ? "an authority that the system trusts" : $"an authority in {file}";
            throw new TlsAuthenticationException($"the node's certificate ({certificate.Subject}, issued by {certificate.Issuer}) is not from {by}, or is not valid now; set {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.TlsCaFile)}");
        }

        return !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? true
            : throw new TlsAuthenticationException($"the node's certificate ({certificate.Subject}) is for another host name than the node was asked for by; set {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.TlsHostName)} to the name in the certificates");
    }

    // By these authorities alone, not by the system's.
    private static bool IsIssued(X509Certificate2Collection authorities, X509Certificate certificate, X509Chain? sent)
    {
        using var own = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent is null ? [] : sent.ChainElements.AsEnumerable())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(own);
    }
}
