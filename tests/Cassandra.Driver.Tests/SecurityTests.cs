using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Streaming.Testing;

namespace Cassandra.Driver.Tests;

/// <summary>Who is let in, and to whom the driver speaks.</summary>
public sealed class SecurityTests(SecureCassandraServer server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task With_the_password_the_authority_and_the_name_right_the_session_works()
    {
        await StartAsync();
        using var cluster = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSSL(Tls()).Build();
        var session = await cluster.ConnectAsync();

        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")));
    }

    [Fact]
    public async Task A_wrong_password_and_none_are_refused_with_that_reason()
    {
        await StartAsync();
        using var wrong = Builder().WithCredentials(CassandraServer.User, "guess").WithSSL(Tls()).Build();
        using var none = Builder().WithSSL(Tls()).Build();

        foreach (var cluster in new[] { wrong, none })
        {
            var failure = await Assert.ThrowsAsync<NoHostAvailableException>(() => cluster.ConnectAsync().WaitAsync(Limit));
            Assert.IsType<AuthenticationException>(failure.Errors.Values.Single());
        }
    }

    [Fact]
    public async Task Without_TLS_nothing_is_spoken()
    {
        await StartAsync();
        using var cluster = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis(5_000)).Build();

        await Assert.ThrowsAsync<NoHostAvailableException>(() => cluster.ConnectAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_of_another_name_is_refused()
    {
        await StartAsync();
        using var stranger = StrangeAuthority();
        using var another = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSSL(Tls(authority: stranger)).Build();
        using var renamed = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSSL(Tls(name: "cassandra.example")).Build();

        foreach (var cluster in new[] { another, renamed })
        {
            var failure = await Assert.ThrowsAsync<NoHostAvailableException>(() => cluster.ConnectAsync().WaitAsync(Limit));
            Assert.Contains(Chain(failure.Errors.Values.Single()), error => error is System.Security.Authentication.AuthenticationException);
        }
    }

    [Fact]
    public async Task What_a_user_may_not_do_is_refused_as_such()
    {
        await StartAsync();
        using var owner = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSSL(Tls()).Build();
        var session = await owner.ConnectAsync();
        var user = CassandraServer.Unique("reader");
        await session.ExecuteAsync(new SimpleStatement($"CREATE ROLE {user} WITH PASSWORD = 'secret' AND LOGIN = true"));

        using var cluster = Builder().WithCredentials(user, "secret").WithSSL(Tls()).Build();
        var limited = await cluster.ConnectAsync();

        await Assert.ThrowsAsync<UnauthorizedException>(() => limited.ExecuteAsync(new SimpleStatement($"DROP ROLE {CassandraServer.User}")));
    }

    private static IEnumerable<Exception> Chain(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }

    private static X509Certificate2 StrangeAuthority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private Builder Builder() => Database.Describe(server);

    // The first user exists only a moment after the port answers.
    private async Task StartAsync()
    {
        await server.StartAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var cluster = Builder().WithCredentials(CassandraServer.User, CassandraServer.Password).WithSSL(Tls()).Build();
                try
                {
                    await cluster.ConnectAsync();
                    return true;
                }
                catch (NoHostAvailableException)
                {
                    return false;
                }
            },
            Limit,
            "the first user may log in");
    }

    private SSLOptions Tls(string name = "localhost", X509Certificate2? authority = null)
    {
        var trusted = authority ?? X509CertificateLoader.LoadCertificateFromFile(server.AuthorityOf());
        return new SSLOptions(
            SslProtocols.None,
            false,
            (_, certificate, _, errors) =>
            {
                using var chain = new X509Chain();
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.Add(trusted);
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && chain.Build((X509Certificate2)certificate!);
            }).SetHostNameResolver(_ => name);
    }
}
