using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

public sealed class SchemaRegistryOptionsTests
{
    [Theory]
    [InlineData("http://localhost:8081")]
    [InlineData("https://a.example/apis/ccompat/v7/, https://b.example")]
    public void Good_urls_are_taken(string url) => Assert.Empty(new SchemaRegistryOptions { Url = url }.Validate());

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("localhost:8081")]
    [InlineData("/schemas")]
    [InlineData("ftp://a")]
    [InlineData("http://a?x=1")]
    [InlineData("http://a#x")]
    public void Bad_urls_are_refused_with_key_value_and_remedy(string url)
    {
        var error = Assert.Single(new SchemaRegistryOptions { Url = url }.Validate());
        Assert.StartsWith("SchemaRegistry:Url = '", error, StringComparison.Ordinal);
        Assert.Contains(url.Trim(' ', ','), error, StringComparison.Ordinal);
        Assert.Contains(';', error);
    }

    [Fact]
    public void No_error_shows_a_secret()
    {
        var options = new SchemaRegistryOptions
        {
            Url = "http://ada:secret1@host",
            Username = "ada:",
            Password = "secret2",
            BearerToken = "secret3 ",
            ClientKeyPath = "key.pem",
            ClientKeyPassword = "secret4",
            TrustedCertificatesPath = "ca.pem",
        };

        var errors = options.Validate();

        Assert.Equal(6, errors.Count);
        Assert.DoesNotContain(errors, error => error.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_named_at_the_start()
    {
        var failure = Assert.Throws<SchemaRegistryException>(() => new SchemaRegistryClient(new SchemaRegistryOptions { Url = "https://host", ClientCertificatePath = "/nowhere/client.pem" }));

        Assert.Equal(RegistryFault.Configuration, failure.Fault);
        Assert.Contains("SchemaRegistry:ClientCertificatePath = '/nowhere/client.pem'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bounds_of_the_run_time_cache_are_checked_all_at_once()
    {
        Assert.Empty(new WriterSchemasOptions().Validate());
        var errors = new WriterSchemasOptions
        {
            MaxSchemas = 0,
            MaxIds = -1,
            UnknownFor = TimeSpan.Zero,
            MaxParallelFetches = 0,
            MaxFetchesPerSecond = 0,
            RetryDelay = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromHours(1),
        }.Validate();
        Assert.Equal(7, errors.Count);
        Assert.All(errors, error => Assert.Matches("^WriterSchemas:[A-Za-z]+ = '.+': must lie between .+; the default is .+\\.$", error));
    }
}
