namespace Streaming.Kafka.Tests;

public sealed class KafkaOptionsTests
{
    [Fact]
    public void The_defaults_lack_only_the_servers()
    {
        var error = Assert.Single(new KafkaOptions().Validate());
        Assert.Equal("Kafka:BootstrapServers is '': it is required. Give host:port of one or more brokers, comma separated, for example 'localhost:9092'", error.Describe("Kafka"));
    }

    [Fact]
    public void Good_options_have_no_errors() => Assert.Empty(Good().Validate());

    [Fact]
    public void Every_error_is_named_at_once()
    {
        var options = new KafkaOptions
        {
            BootstrapServers = "nowhere",
            TopicPrefix = "with space",
            SessionTimeout = TimeSpan.Zero,
            BatchRecords = 0,
            BatchBytes = 1,
            DeadLetterShare = 0,
            DeadLetterMinimum = 0,
            MaxRecordBytes = 2_000,
            MaxDeadLetterBytes = 1_500,
            MaxPollInterval = TimeSpan.FromSeconds(5),
        };
        options.Client["group.id"] = "mine";
        var keys = options.Validate().Select(error => error.Key).ToHashSet();
        Assert.Superset(
            new HashSet<string> { "BootstrapServers", "TopicPrefix", "SessionTimeout", "BatchRecords", "BatchBytes", "DeadLetterShare", "DeadLetterMinimum", "MaxDeadLetterBytes", "MaxPollInterval", "Client:group.id" },
            keys);
    }

    [Theory]
    [InlineData("localhost:9092", true)]
    [InlineData("a:1,b:65535", true)]
    [InlineData("localhost", false)]
    [InlineData("localhost:0", false)]
    [InlineData("localhost:70000", false)]
    [InlineData(":9092", false)]
    [InlineData("a:1,,b:2", false)]
    public void Servers_are_host_and_port(string servers, bool right)
    {
        var options = Good();
        options.BootstrapServers = servers;
        Assert.Equal(right, options.Validate().Count == 0);
    }

    [Theory]
    [InlineData("isolation.level")]
    [InlineData("transactional.id")]
    [InlineData("auto.offset.reset")]
    [InlineData("enable.auto.commit")]
    public void What_the_loop_rests_on_cannot_be_set(string key)
    {
        var options = Good();
        options.Client[key] = "anything";
        Assert.Contains("exactly once depends on it", Assert.Single(options.Validate()).Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enable.ssl.certificate.verification", "false")]
    [InlineData("ssl.endpoint.identification.algorithm", "none")]
    public void Certificates_are_checked(string key, string value)
    {
        var options = Good();
        options.Client[key] = value;
        Assert.Single(options.Validate());
    }

    [Theory]
    [InlineData(10, 40, true)]
    [InlineData(10, 39, false)]
    public void A_poll_may_take_as_long_as_a_transaction_may_be_retried(int transaction, int poll, bool right)
    {
        var options = Good();
        options.TransactionTimeout = TimeSpan.FromSeconds(transaction);
        options.MaxPollInterval = TimeSpan.FromSeconds(poll);
        Assert.Equal(right, options.Validate().Count == 0);
    }

    [Fact]
    public void An_identity_is_stable_and_its_own()
    {
        Assert.Equal("p.ingest-3", new WorkerIdentity("ingest", 3).Id("p."));
        Assert.Equal("p.ingest-3-1", new WorkerIdentity("ingest", 3, 1).Id("p."));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerIdentity("ingest", -1));
    }

    [Fact]
    public void The_clients_are_set_as_exactly_once_needs_it()
    {
        var options = Good();
        options.Client["security.protocol"] = "ssl";
        var member = ClientSettings.Member(options, "group", "stage-0", inputs: 1).ToDictionary(setting => setting.Key, setting => setting.Value);
        Assert.Equal(
            ("error", "read_committed", "cooperative-sticky", "stage-0", "False", "False", "True", "ssl"),
            (member["auto.offset.reset"], member["isolation.level"], member["partition.assignment.strategy"], member["group.instance.id"], member["enable.auto.commit"], member["enable.auto.offset.store"], member["enable.partition.eof"], member["security.protocol"]));
        var producer = ClientSettings.Producer(options, "stage-0").ToDictionary(setting => setting.Key, setting => setting.Value);
        Assert.Equal(("stage-0", "True", "10000"), (producer["transactional.id"], producer["enable.idempotence"], producer["transaction.timeout.ms"]));
    }

    private static KafkaOptions Good() => new() { BootstrapServers = "localhost:9092" };
}
