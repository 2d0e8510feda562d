using System.Globalization;
using System.Reflection;
using Streaming.Avro.Registry;
using Streaming.History.Cassandra;
using Streaming.History.Sink;
using Streaming.History;
using Streaming.Kafka;

namespace Streaming.Hosting.Tests.Configuration;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("sensor-ingest-0", 0)]
    [InlineData("sensor-ingest-3", 3)]
    [InlineData("ingest-12", 12)]
    [InlineData("v2-9999", 9999)]
    [InlineData("ingest", null)]
    [InlineData("ingest3", null)]
    [InlineData("3", null)]
    [InlineData("ingest-", null)]
    [InlineData("ingest-x2", null)]
    [InlineData("ingest-2x", null)]
    [InlineData("ingest--1", null)]
    [InlineData("ip-10-0-0-12", null)]
    [InlineData("ip-10-0-0-12.ec2.internal", null)]
    [InlineData("10-0-0-12", null)]
    [InlineData("node-2-3", null)]
    [InlineData("db.example-3", null)]
    [InlineData("-3", null)]
    [InlineData("ingest-03", null)]
    [InlineData("ingest-7d9f8b6c5-24567", null)]
    [InlineData("ingest-99999999999999999999", null)]
    [InlineData("ingest-٣", null)]
    public void The_ordinal_of_a_host_is_the_number_that_a_stateful_set_gave_it(string host, int? ordinal) =>
        Assert.Equal(ordinal, WorkerOptions.OfHost(host));

    [Fact]
    public void Outside_of_kubernetes_the_name_of_a_host_says_nothing()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 }, "This runs in Kubernetes.");
        var problem = Assert.Single(new WorkerOptions().Validate());
        Assert.Contains("Worker__Ordinal=0", problem, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new WorkerOptions().RequireOrdinal());
    }

    [Fact]
    public void A_configured_ordinal_goes_before_the_hosts() =>
        Assert.Equal(41, new WorkerOptions { Ordinal = 41 }.RequireOrdinal());

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(7, 64, 0)]
    [InlineData(-1, 1, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(-1, 65, 2)]
    public void Ordinal_and_threads_keep_their_bounds(int ordinal, int threads, int errors) =>
        Assert.Equal(errors, new WorkerOptions { Ordinal = ordinal, Threads = threads }.Validate().Count());

    [Theory]
    [InlineData(null, "127.0.0.1", 0)]
    [InlineData(0, "0.0.0.0", 0)]
    [InlineData(65535, "::1", 0)]
    [InlineData(65536, "127.0.0.1", 1)]
    [InlineData(-1, "localhost", 2)]
    public void Health_is_told_at_a_port_and_an_address(int? port, string address, int errors) =>
        Assert.Equal(errors, new HealthOptions { Port = port, Address = address }.Validate().Count());

    [Theory]
    [InlineData("debug", 0)]
    [InlineData("None", 0)]
    [InlineData("Infomation", 1)]
    [InlineData("2", 1)]
    [InlineData("", 1)]
    public void A_log_level_is_one_of_seven_names(string level, int errors) =>
        Assert.Equal(errors, new LogOptions { LogLevel = { ["Streaming.Kafka"] = level } }.Validate().Count());

    /// <summary>An option that configuration cannot reach would be a promise not kept.</summary>
    [Theory]
    [InlineData(typeof(KafkaOptions))]
    [InlineData(typeof(SchemaRegistryOptions))]
    [InlineData(typeof(WorkerOptions))]
    [InlineData(typeof(HealthOptions))]
    [InlineData(typeof(LogOptions))]
    [InlineData(typeof(HistoryOptions))]
    [InlineData(typeof(CassandraHistoryOptions))]
    [InlineData(typeof(MonitoringFilterOptions))]
    public void Every_option_of_a_service_can_be_set_by_configuration(Type type) =>
        typeof(OptionsTests).GetMethod(nameof(SetEach), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null);

    [Fact]
    public void Options_within_options_are_read_and_checked_as_any_others()
    {
        var good = Settings.Of(("Any:Cassandra:ContactPoints", "one:9042"), ("Any:Cassandra:Retention", "90.00:00:00"));
        var read = good.Read<HistoryOptions>("Any", _ => []);
        Assert.Empty(Settings.Errors(good));
        Assert.Equal(("one:9042", TimeSpan.FromDays(90)), (read.Cassandra.ContactPoints, read.Cassandra.Retention));

        var bad = Settings.Of(("Any:Cassandra:ContactPoint", "one:9042"), ("Any:Cassandra:MaxInFlight", "many"), ("Any:Path", "x"));
        bad.Read<HistoryOptions>("Any", _ => []);
        var errors = Settings.Errors(bad);
        Assert.Contains(errors, error => error.StartsWith("Any:Cassandra:ContactPoint: there is no such option; did you mean Any:Cassandra:ContactPoints?", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("Any:Cassandra:MaxInFlight = 'many': must be a whole number", StringComparison.Ordinal));
        Assert.Equal(2, errors.Count);
    }

    private static void SetEach<T>()
        where T : class, new()
    {
        var settable = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToArray();
        Assert.NotEmpty(settable);
        foreach (var property in settable)
        {
            var value = Another(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            var configuration = Settings.Of(($"Any:{property.Name}", Convert.ToString(value, CultureInfo.InvariantCulture)));

            var options = configuration.Read<T>("Any", _ => []);

            Assert.Empty(Settings.Errors(configuration));
            Assert.Equal(value, property.GetValue(options));
        }
    }

    private static object Another(Type type) => type switch
    {
        _ when type == typeof(string) => "something else",
        _ when type == typeof(TimeSpan) => new TimeSpan(1, 2, 3),
        _ when type == typeof(double) => 0.123,
        _ when type == typeof(long) => 123_456_789_012L,
        _ when type == typeof(int) => 123_456,
        _ when type == typeof(bool) => true,
        _ when type.IsEnum => Enum.GetValues(type).GetValue(1)!,
        _ => throw new NotSupportedException($"No example of {type}: add one."),
    };
}
