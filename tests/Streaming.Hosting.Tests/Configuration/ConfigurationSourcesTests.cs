namespace Streaming.Hosting.Tests.Configuration;

public sealed class ConfigurationSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streaming-hosting-").FullName;

    // The environment belongs to the whole process, so these keys are this class's own.
    private const string FromEnvironment = "STREAMINGSOURCES__ENVIRONMENT";

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(FromEnvironment, null);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        Write("""{ "StreamingSources": { "File": "file", "Environment": "file", "Line": "file" } }""");
        Environment.SetEnvironmentVariable(FromEnvironment, "environment");

        var root = ConfigurationSources.Open(_folder, ["--StreamingSources:Line=line=1", "--StreamingSources:Empty="]).Root;

        Assert.Equal("file", root["StreamingSources:File"]);
        Assert.Equal("environment", root["StreamingSources:Environment"]);
        Assert.Equal("line=1", root["StreamingSources:Line"]);
        Assert.Equal("", root["StreamingSources:Empty"]);
    }

    [Fact]
    public void Without_a_file_the_rest_serves() =>
        Assert.Equal("1", ConfigurationSources.Open(_folder, ["--StreamingSources:Line=1"]).Root["StreamingSources:Line"]);

    [Theory]
    [InlineData("Worker:Ordinal=0", "Worker:Ordinal")]
    [InlineData("--Worker:Ordinal", "--Worker:Ordinal")]
    [InlineData("--Ordinal=0", "--Ordinal")]
    [InlineData("--:Ordinal=0", "--:Ordinal")]
    [InlineData("--Worker:=0", "--Worker:")]
    [InlineData("--password=tulip", "--password")]
    [InlineData("0", "0")]
    public void An_argument_that_says_nothing_is_refused_with_whatever_else_is_wrong(string argument, string shown)
    {
        var configuration = ConfigurationSources.Open(_folder, [argument, "--Health:Port=-1"]);
        configuration.Read<HealthOptions>(HealthOptions.Section, options => options.Validate());

        var errors = Settings.Errors(configuration);

        Assert.Equal(2, errors.Count);
        Assert.StartsWith($"argument '{shown}': ", errors[0], StringComparison.Ordinal);
        Assert.DoesNotContain("tulip", errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Kafka\": ")]
    [InlineData("[1]")]
    [InlineData("Kafka")]
    public void A_file_that_is_no_configuration_is_refused_by_name(string content)
    {
        Write(content);

        var error = Assert.Single(Assert.Throws<ConfigurationException>(() => ConfigurationSources.Open(_folder, [])).Errors);

        Assert.StartsWith(Path.Combine(_folder, "appsettings.json") + ": must be JSON", error, StringComparison.Ordinal);
    }

    private void Write(string content) => File.WriteAllText(Path.Combine(_folder, "appsettings.json"), content);
}
