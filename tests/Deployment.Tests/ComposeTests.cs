using System.Text.RegularExpressions;
using Streaming.FeatureAssembly;
using Streaming.Gateway;
using Streaming.Hosting;
using Streaming.MonitoringSink;
using Streaming.ScoringAgent;
using Streaming.SensorIngest;
using Streaming.Testing;
using YamlDotNet.RepresentationModel;

namespace Streaming.Deployment.Tests;

/// <summary>docker-compose.kafka.yml as far as it can be checked where no containers run.</summary>
public sealed partial class ComposeTests
{
    private const string File = "docker-compose.kafka.yml";
    private static readonly Dictionary<string, (string Project, OpenRoom Open)> Chain = new()
    {
        ["sensor-ingest"] = ("SensorIngest", SensorIngestRoom.Open),
        ["feature-assembly"] = ("FeatureAssembly", FeatureAssemblyRoom.Open),
        ["scoring-agent"] = ("ScoringAgent", ScoringAgentRoom.Open),
        ["monitoring-sink"] = ("MonitoringSink", MonitoringSinkRoom.Open),
        ["gateway"] = ("Gateway", GatewayRoom.Open),
    };

    private static readonly YamlNode Compose = Yaml.Read(File);
    private static readonly IReadOnlyList<(string Key, YamlNode Value)> Services = [.. Compose.Get("services").Pairs()];
    private static readonly Dockerfile Images = Dockerfile.Read();

    [Fact]
    public void Every_yaml_file_of_the_deployment_can_be_read() =>
        Assert.All(Directory.EnumerateFiles(Repository.PathOf("deploy", "observability"), "*.yml", SearchOption.AllDirectories), file => Yaml.Read(Path.GetRelativePath(Repository.Root, file)));

    [Fact]
    public void The_four_services_the_gateway_and_the_first_start_are_there() =>
        Assert.Superset(new HashSet<string>([.. Chain.Keys, "init", "cassandra", "history-init"]), Services.Select(service => service.Key).ToHashSet());

    [Fact]
    public void Every_image_is_pinned_or_built_from_a_target_that_exists() => Assert.All(Services, service =>
    {
        Assert.Matches(@"^[a-z0-9./-]+:v?\d+\.\d+\.\d+(\.Final)?$", service.Value.Get("image")!.ToString());
        if (service.Value.Get("build") is { } build)
        {
            Assert.Equal((".", Dockerfile.Place), (build.Get("context")!.ToString(), build.Get("dockerfile")!.ToString()));
            Assert.Contains(Images.Stages, stage => stage.Name == build.Get("target")!.ToString());
        }
    });

    [Fact]
    public void Every_file_that_is_mounted_exists_and_every_volume_is_declared()
    {
        var volumes = Compose.Get("volumes").Pairs().Select(volume => volume.Key).ToHashSet();
        foreach (var mounted in Services.SelectMany(service => service.Value.Get("volumes").Texts()).Select(mount => mount.Split(':')[0]))
        {
            Assert.True(mounted.StartsWith("./", StringComparison.Ordinal) ? Path.Exists(Repository.PathOf(mounted[2..].Split('/'))) : volumes.Contains(mounted), $"{mounted} is mounted and does not exist");
        }

        Assert.All(volumes, volume => Assert.Contains(Services, service => service.Value.Get("volumes").Texts().Any(mount => mount.StartsWith(volume + ":", StringComparison.Ordinal))));
    }

    [Fact]
    public void Nothing_is_open_to_other_machines() =>
        Assert.All(Services.SelectMany(service => service.Value.Get("ports").Texts()), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void Every_variable_is_an_option_of_its_service_and_what_is_required_is_set()
    {
        foreach (var (service, (_, open)) in Chain)
        {
            var environment = Services.Single(one => one.Key == service).Value.Get("environment").Pairs().ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
            Assert.All(environment.Keys.Where(key => key.StartsWith("OTEL_", StringComparison.Ordinal)), key => Assert.Contains(key, OtelVariables.Names));
            Assert.DoesNotContain(environment.Keys, key => !key.StartsWith("OTEL_", StringComparison.Ordinal) && !key.Contains("__", StringComparison.Ordinal));

            // The service says itself what it does not know and what it misses; what it reads from the container's folders stands where the checkout has it.
            var errors = ErrorsOf(open, environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), string? (pair) => InCheckout(service, pair.Value)));
            Assert.True(errors.Count == 0, $"{service}: {string.Join('\n', errors)}");
        }
    }

    [Fact]
    public void A_variable_that_is_no_option_would_be_noticed() =>
        Assert.Contains(ErrorsOf(SensorIngestRoom.Open, new Dictionary<string, string?> { ["Kafka:BootstrapServer"] = "kafka:9092" }), error => error.Contains("did you mean Kafka:BootstrapServers", StringComparison.Ordinal));

    [Fact]
    public void Every_host_that_is_named_is_a_service_and_listens_on_that_port()
    {
        var listens = new Dictionary<string, string[]>
        {
            ["kafka"] = [.. Ports().Matches(Services.Single(one => one.Key == "kafka").Value.Get("environment", "KAFKA_LISTENERS")!.ToString()).Select(match => match.Groups[1].Value)],
            ["schema-registry"] = ["8080"],
            ["cassandra"] = ["9042"],
            ["otel-collector"] = [.. Yaml.Read("deploy/observability/otel-collector.yml").Scalars().Select(text => Ports().Match(text)).Where(match => match.Success).Select(match => match.Groups[1].Value)],
            ["prometheus"] = ["9090"],
        };
        var named = Services.SelectMany(service => service.Value.Scalars())
            .Concat(Yaml.Read("deploy/observability/prometheus.yml").Scalars())
            .Concat(Yaml.Read("deploy/observability/grafana/provisioning/datasources/prometheus.yml").Scalars())
            .SelectMany(text => HostAndPort().Matches(text)).Select(match => (Host: match.Groups[1].Value, Port: match.Groups[2].Value))
            .Where(place => place.Host is not ("127.0.0.1" or "0.0.0.0")).Distinct().ToArray();

        Assert.Contains(("otel-collector", "8889"), named);
        Assert.Contains(("otel-collector", "4317"), named);
        Assert.All(named, place =>
        {
            Assert.Contains(Services, service => service.Key == place.Host);
            Assert.Contains(place.Port, listens[place.Host]);
        });
    }

    [Fact]
    public void Whoever_is_waited_for_exists_and_can_say_that_it_is_ready() => Assert.All(Services, service =>
    {
        var waits = service.Value.Get("depends_on");
        Assert.All(waits.Texts().Concat(waits.Pairs().Select(pair => pair.Key)), other => Assert.Contains(Services, one => one.Key == other));
        foreach (var (other, how) in waits.Pairs().Where(pair => pair.Value.Get("condition")?.ToString() == "service_healthy"))
        {
            Assert.NotNull(Services.Single(one => one.Key == other).Value.Get("healthcheck", "test"));
        }
    });

    [Fact]
    public void Health_is_asked_on_the_port_where_the_service_tells_it() => Assert.All(Chain, service =>
    {
        var port = HealthPort().Match(System.IO.File.ReadAllText(Repository.PathOf("services", service.Value.Project, "Program.cs"))).Groups[1].Value;
        var asked = Images.AllLines(Images.Stage(service.Key)).Single(line => line.Word == "HEALTHCHECK").Text;
        Assert.EndsWith($"CMD [\"health\", \"{port}\"]", asked, StringComparison.Ordinal);
    });

    private static IReadOnlyList<string> ErrorsOf(OpenRoom open, Dictionary<string, string?> settings)
    {
        var configuration = new ServiceConfiguration(new Microsoft.Extensions.Configuration.ConfigurationRoot(
            [new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationProvider(new() { InitialData = settings })]));
        try
        {
            _ = open(configuration, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
            return [];
        }
        catch (ConfigurationException wrong)
        {
            return wrong.Errors;
        }
    }

    private static string InCheckout(string service, string value) =>
        Services.Single(one => one.Key == service).Value.Get("volumes").Texts().Select(mount => mount.Split(':')).FirstOrDefault(mount => mount[0].StartsWith("./", StringComparison.Ordinal) && mount[1] == value) is { } mounted
            ? Repository.PathOf(mounted[0][2..].Split('/'))
            : value;

    [GeneratedRegex(@"HealthPort = (\d+);")]
    private static partial Regex HealthPort();

    [GeneratedRegex(@":(\d{4,5})\b")]
    private static partial Regex Ports();

    [GeneratedRegex(@"(?<![\w.-])([a-z][a-z-]+|[\d.]+):(\d{4,5})\b")]
    private static partial Regex HostAndPort();
}
