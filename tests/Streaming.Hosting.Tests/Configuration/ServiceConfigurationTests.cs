namespace Streaming.Hosting.Tests.Configuration;

public sealed class ServiceConfigurationTests
{
    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var configuration = Settings.Of();

        var options = Read(configuration);

        Assert.Empty(Settings.Errors(configuration));
        Assert.Equal(("unnamed", 7, TimeSpan.FromSeconds(1)), (options.Name, options.Count, options.Interval));
    }

    [Fact]
    public void Every_shape_of_option_is_read_whatever_the_case_of_its_key()
    {
        var configuration = Settings.Of(
            ("Sample:Name", "barn"), ("SAMPLE:COUNT", "12"), ("sample:number", "3"), ("Sample:Share", "0.25"), ("Sample:Enabled", "true"),
            ("Sample:Interval", "00:05:00"), ("Sample:Since", "2024-02-29T12:00:00Z"), ("Sample:Format", "json"), ("Sample:Client:ssl.ca.location", "ca.pem"));

        var options = Read(configuration);

        Assert.Empty(Settings.Errors(configuration));
        Assert.Equal(("barn", 12, 3, 0.25, true), (options.Name, options.Count, options.Number, options.Share, options.Enabled));
        Assert.Equal((TimeSpan.FromMinutes(5), new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero), LogFormat.Json), (options.Interval, options.Since, options.Format));
        Assert.Equal("ca.pem", Assert.Single(options.Client, pair => pair.Key == "ssl.ca.location").Value);
    }

    [Fact]
    public void Every_mistake_of_every_section_is_told_at_once()
    {
        var configuration = Settings.Of(
            ("Sample:Name", ""), ("Sample:Count", "many"), ("Sample:Intervall", "1"), ("Worker:Ordinal", "-1"), ("Worker:Threads", "65"), ("Health:Port", "70000"), ("Health:Address", "localhost"));
        Read(configuration);
        configuration.Read<WorkerOptions>(WorkerOptions.Section, options => options.Validate());
        configuration.Read<HealthOptions>(HealthOptions.Section, options => options.Validate());
        configuration.Refuse("Sample:Name and Worker:Ordinal do not go together.");

        var wrong = Assert.Throws<ConfigurationException>(configuration.Check);

        Assert.Equal(8, wrong.Errors.Count);
        Assert.All(
            (string[])["Sample:Name is", "Sample:Count ", "Sample:Intervall:", "Worker:Ordinal ", "Worker:Threads ", "Health:Port ", "Health:Address ", "Sample:Name and"],
            beginning => Assert.Single(wrong.Errors, error => error.StartsWith(beginning, StringComparison.Ordinal)));
        Assert.StartsWith("The configuration is wrong in 8 places:\n", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(wrong.Errors, wrong.Message.Split('\n').Skip(1).Select(line => line.Trim()));
    }

    [Theory]
    [InlineData("Sample:Count", "many", "a whole number")]
    [InlineData("Sample:Count", "", "a whole number")]
    [InlineData("Sample:Count", "3000000000", "a whole number")]
    [InlineData("Sample:Number", "1.5", "a whole number")]
    [InlineData("Sample:Share", "half", "a number")]
    [InlineData("Sample:Enabled", "yes", "true or false")]
    [InlineData("Sample:Interval", "5s", "hours:minutes:seconds")]
    [InlineData("Sample:Since", "yesterday", "2000-01-01T00:00:00Z")]
    [InlineData("Sample:Format", "xml", "Text, Json")]
    [InlineData("Sample:Format", "7", "Text, Json")]
    [InlineData("Sample:Client", "ssl", "keys of its own")]
    [InlineData("Sample:Name:First", "barn", "without keys of its own")]
    public void A_value_that_cannot_be_read_is_refused_with_what_it_must_be(string key, string value, string wanted)
    {
        var configuration = Settings.Of((key, value));

        Read(configuration);

        var error = Assert.Single(Settings.Errors(configuration));
        Assert.StartsWith(string.Join(':', key.Split(':').Take(2)) + " = '", error, StringComparison.Ordinal);
        Assert.Contains(wanted, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_cannot_be_read_hides_no_other_rule_and_is_told_once()
    {
        var configuration = Settings.Of(("Sample:Interval", "long"), ("Sample:Count", "0"));

        Read(configuration);

        Assert.Equal(["Sample:Interval", "Sample:Count"], Settings.Errors(configuration).Select(error => error.Split(' ')[0]));
    }

    [Theory]
    [InlineData("Sample:Intervall", "did you mean Sample:Interval?")]
    [InlineData("Sample:Coutn", "did you mean Sample:Count?")]
    [InlineData("Sample:name2", "did you mean Sample:Name?")]
    public void A_misspelt_key_is_refused_with_what_was_meant(string key, string suggestion)
    {
        var configuration = Settings.Of((key, "1"));

        Read(configuration);

        var error = Assert.Single(Settings.Errors(configuration));
        Assert.StartsWith(key + ":", error, StringComparison.Ordinal);
        Assert.Contains(suggestion, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_like_no_other_is_refused_with_those_that_there_are()
    {
        var configuration = Settings.Of(("Sample:Temperature", "20"));

        Read(configuration);

        var error = Assert.Single(Settings.Errors(configuration));
        Assert.DoesNotContain("did you mean", error, StringComparison.Ordinal);
        Assert.EndsWith("Known are Client, Count, Enabled, Format, Interval, Name, Number, Share, Since.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_value_of_an_unknown_key_is_not_shown_since_it_may_be_a_misspelt_secret()
    {
        var configuration = Settings.Of(("SchemaRegistry:Pasword", "tulip"));

        configuration.Read<Avro.Registry.SchemaRegistryOptions>("SchemaRegistry", _ => []);

        Assert.DoesNotContain("tulip", Assert.Single(Settings.Errors(configuration)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Smaple:Name", true)]
    [InlineData("Samples:Name", true)]
    [InlineData("Other:Name", false)]
    [InlineData("Samples", false)]
    public void A_section_that_is_nearly_one_of_ours_is_refused_and_any_other_is_somebody_elses(string key, bool refused)
    {
        var configuration = Settings.Of((key, "barn"));

        Read(configuration);

        Assert.Equal(refused, Settings.Errors(configuration).Any(error => error.Contains("did you mean Sample?", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sections_that_are_read_are_never_taken_for_each_other()
    {
        var configuration = Settings.Of(("Sample:Name", "barn"), ("Samples:Name", "shed"));

        Read(configuration);
        configuration.Read<SampleOptions>("Samples", options => options.Validate());

        Assert.Empty(Settings.Errors(configuration));
    }

    private static SampleOptions Read(ServiceConfiguration configuration) =>
        configuration.Read<SampleOptions>(SampleOptions.Section, options => options.Validate());
}
