using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

/// <summary>A registry behind TLS that asks for a certificate.</summary>
public sealed class RegistryTlsTests : IDisposable
{
    private const string Password = "sesame";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("registry-tls-");
    private readonly X509Certificate2 _server = Certificate("127.0.0.1");
    private readonly X509Certificate2 _client = Certificate("device");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _server.Dispose();
        _client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_its_certificate_and_the_authority_the_client_is_let_in(bool isKeyEncrypted)
    {
        await using var stub = await StartAsync();
        using var key = _client.GetRSAPrivateKey()!;
        var pem = isKeyEncrypted
            ? key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000))
            : key.ExportPkcs8PrivateKeyPem();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions
        {
            Url = stub.Url,
            TrustedCertificatesPath = Write("server.pem", _server.ExportCertificatePem()),
            ClientCertificatePath = Write("client.pem", _client.ExportCertificatePem()),
            ClientKeyPath = Write("client.key", pem),
            ClientKeyPassword = isKeyEncrypted ? Password : null,
        });

        Assert.Equal(7, await client.RegisterAsync("s", "\"int\"", CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_no_known_authority_vouches_for_is_not_spoken_to()
    {
        await using var stub = await StartAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = stub.Url, Retries = 0 });

        var failure = await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", "\"int\"", CancellationToken.None));

        Assert.Equal(RegistryFault.Unavailable, failure.Fault);
        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(stub.Requests);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_not_let_in()
    {
        await using var stub = await StartAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions
        {
            Url = stub.Url,
            Retries = 0,
            TrustedCertificatesPath = Write("server.pem", _server.ExportCertificatePem()),
        });

        await Assert.ThrowsAsync<SchemaRegistryException>(() => client.RegisterAsync("s", "\"int\"", CancellationToken.None));
        Assert.Empty(stub.Requests);
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private Task<StubRegistry> StartAsync() => StubRegistry.StartAsync(
        StubRegistry.Status(200, """{"id":7}"""),
        listen => listen.UseHttps(_server, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) => shown.Thumbprint == _client.Thumbprint;
        }));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
