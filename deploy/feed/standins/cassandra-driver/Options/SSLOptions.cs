using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cassandra;

/// <summary>TLS to the hosts. The certificate is checked against the system's authorities and the host's name.</summary>
public sealed class SSLOptions
{
    /// <summary>TLS in the versions that the system chooses.</summary>
    public SSLOptions()
    {
    }

    /// <summary>TLS in given versions, checked as given.</summary>
    public SSLOptions(SslProtocols sslProtocol, bool checkCertificateRevocation, RemoteCertificateValidationCallback? remoteCertValidationCallback)
    {
        SslProtocol = sslProtocol;
        CheckCertificateRevocation = checkCertificateRevocation;
        RemoteCertValidationCallback = remoteCertValidationCallback;
    }

    /// <summary>The versions; none for those that the system chooses.</summary>
    public SslProtocols SslProtocol { get; }

    /// <summary>Whether lists of revoked certificates are asked.</summary>
    public bool CheckCertificateRevocation { get; private set; }

    /// <summary>Judges a certificate instead of the system; null for the system.</summary>
    public RemoteCertificateValidationCallback? RemoteCertValidationCallback { get; private set; }

    /// <summary>The name that a host's certificate must have; its address where it is not set.</summary>
    public Func<IPAddress, string> HostNameResolver { get; private set; } = address => address.ToString();

    /// <summary>The client's certificates.</summary>
    public X509CertificateCollection CertificateCollection { get; private set; } = [];

    /// <summary>Sets the client's certificates.</summary>
    public SSLOptions SetCertificateCollection(X509CertificateCollection certificates)
    {
        CertificateCollection = certificates;
        return this;
    }

    /// <summary>Sets the name that a host's certificate must have.</summary>
    public SSLOptions SetHostNameResolver(Func<IPAddress, string> resolver)
    {
        HostNameResolver = resolver;
        return this;
    }

    /// <summary>Sets whether lists of revoked certificates are asked.</summary>
    public SSLOptions SetCertificateRevocationCheck(bool flag)
    {
        CheckCertificateRevocation = flag;
        return this;
    }

    /// <summary>Sets what judges a certificate instead of the system.</summary>
    public SSLOptions SetRemoteCertValidationCallback(RemoteCertificateValidationCallback callback)
    {
        RemoteCertValidationCallback = callback;
        return this;
    }
}
