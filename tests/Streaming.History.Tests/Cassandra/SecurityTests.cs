using Cassandra;
using Streaming.History.Cassandra;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>Who may not use a cluster is told why at the start; what its guardrails refuse is refused alone.</summary>
public sealed class SecurityTests(GuardedCassandraServer server) : IClassFixture<GuardedCassandraServer>
{
    private const string Keyspace = "guarded";

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private async Task<CassandraHistoryOptions> OptionsAsync() => new()
    {
        ContactPoints = await server.StartAsync(),
        Keyspace = Keyspace,
        Migrate = true,
        User = CassandraServer.User,
        Password = CassandraServer.Password,
        Tls = true,
        TlsCaFile = server.AuthorityOf(),
        RequestTimeout = TimeSpan.FromSeconds(30),
    };

    private async Task<string> RefusalAsync(Action<CassandraHistoryOptions> change)
    {
        var options = await OptionsAsync();
        change(options);
        var unusable = await Assert.ThrowsAsync<HistoryUnusableException>(() => CassandraHistory.OpenAsync(options, cancellation: Ending));
        Assert.DoesNotContain("secret-", unusable.ToString(), StringComparison.Ordinal);
        return unusable.Message;
    }

    [Fact]
    public async Task A_start_fails_with_the_reason_where_the_cluster_refuses_us_or_we_refuse_it()
    {
        var password = await RefusalAsync(options => options.Password = "secret-wrong");
        Assert.Contains("check History:Cassandra:User and Password", password, StringComparison.Ordinal);

        var none = await RefusalAsync(options => (options.User, options.Password) = ("", ""));
        Assert.Contains("check History:Cassandra:User and Password", none, StringComparison.Ordinal);

        var name = await RefusalAsync(options => options.TlsHostName = "cassandra.example");
        Assert.Contains("is for another host name than the node was asked for by; set History:Cassandra:TlsHostName", name, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("other.pem"), OtherAuthority.Pem(), Ending);
        var authority = await RefusalAsync(options => options.TlsCaFile = folder.File("other.pem"));
        Assert.Contains($"is not from an authority in {folder.File("other.pem")}", authority, StringComparison.Ordinal);

        var system = await RefusalAsync(options => options.TlsCaFile = "");
        Assert.Contains("is not from an authority that the system trusts", system, StringComparison.Ordinal);

        var empty = await RefusalAsync(options => options.TlsCaFile = Path.Combine(AppContext.BaseDirectory, "Clients", "read_cassandra.py"));
        Assert.Contains("holds no certificate", empty, StringComparison.Ordinal);

        var plain = await OptionsAsync();
        (plain.Tls, plain.TlsCaFile, plain.RequestTimeout) = (false, "", TimeSpan.FromSeconds(5));
        var refused = await Assert.ThrowsAnyAsync<HistoryException>(() => CassandraHistory.OpenAsync(plain, cancellation: Ending));
        Assert.Contains("History:Cassandra:Tls", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_with_too_few_rights_is_told_so_and_guardrails_refuse_single_rows()
    {
        var owner = await OptionsAsync();
        await using (await CassandraHistory.OpenAsync(owner, cancellation: Ending))
        {
        }

        using var cluster = Cluster.Builder().AddContactPoints(server.ContactPoints).WithPort(server.Port).WithCredentials(CassandraServer.User, CassandraServer.Password)
            .WithSSL(new SSLOptions(System.Security.Authentication.SslProtocols.None, false, (_, certificate, _, _) => certificate!.Issuer.Contains("streaming-test-ca", StringComparison.Ordinal))).Build();
        var session = await cluster.ConnectAsync();
        foreach (var statement in new[] { "CREATE ROLE IF NOT EXISTS sink WITH PASSWORD = 'secret-sink' AND LOGIN = true", $"GRANT SELECT ON KEYSPACE {Keyspace} TO sink" })
        {
            await session.ExecuteAsync(new SimpleStatement(statement));
        }

        var options = await OptionsAsync();
        (options.User, options.Password, options.Migrate) = ("sink", "secret-sink", false);
        await using (var reader = await CassandraHistory.OpenAsync(options, cancellation: Ending))
        {
            var refused = await Assert.ThrowsAsync<HistoryUnusableException>(() => reader.WriteAsync(SampleRows.Of(1, 5), Ending));
            Assert.Contains("grant the user what docs/HISTORY.md names", refused.Message, StringComparison.Ordinal);
        }

        await session.ExecuteAsync(new SimpleStatement($"GRANT MODIFY ON KEYSPACE {Keyspace} TO sink"));
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        var rows = SampleRows.Of(seed: 41, count: 200);
        var (label, vector) = (rows.FindIndex(row => row is LabelRow), rows.FindIndex(row => row is VectorRow));
        rows[label] = (LabelRow)rows[label] with { Value = new string('v', 100_000) };
        rows[vector] = (VectorRow)rows[vector] with { Features = new double[300] };

        var poison = await WriteOnceAllowedAsync(history, rows);

        Assert.Equal(new[] { label, vector }.Order(), poison.Select(row => row.Index));
        Assert.All(poison, row => Assert.Contains("Guardrail", row.Reason, StringComparison.Ordinal));
        var counted = await session.ExecuteAsync(new SimpleStatement($"SELECT count(*) FROM {Keyspace}.vectors"));
        Assert.Equal(rows.OfType<VectorRow>().Count() - 1, counted.Single().GetValue<long>(0));
    }

    private static class OtherAuthority
    {
        public static string Pem()
        {
            using var key = System.Security.Cryptography.RSA.Create(2048);
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
                "CN=other", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension(true, false, 0, true));
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            return certificate.ExportCertificatePem();
        }
    }

    /// <summary>Writes as soon as every node knows of a right that was granted: servers remember the old answer for some seconds, and writing again changes nothing.</summary>
    private static async Task<IReadOnlyList<RefusedRow>> WriteOnceAllowedAsync(CassandraHistory history, IReadOnlyList<HistoryRow> rows)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200, Ending))
        {
            try
            {
                return await history.WriteAsync(rows, Ending);
            }
            catch (HistoryUnusableException refused) when (refused.InnerException is UnauthorizedException && TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(90))
            {
            }
        }
    }
}
