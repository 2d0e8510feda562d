using System.Text.Json;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;
using Streaming.Testing.Occupancy;

namespace Streaming.Pipeline.Tests.Clients;

/// <summary>What the samples of clients are given, and what must come out.</summary>
internal static class ClientSample
{
    /// <summary>How long one program may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The sums of a model in single precision against those in double.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The folder of the samples, as they stand.</summary>
    public static string PathOf(params string[] parts) => Repository.PathOf(["deploy", "samples", "clients", .. parts]);

    /// <summary>Some rows of the published data, around a moment at which somebody enters the room.</summary>
    public static IReadOnlyList<OccupancyRow> Rows { get; } = Around();

    /// <summary>The rows as a file of measurements.</summary>
    public static async Task<string> WriteAsync(string folder)
    {
        var path = Path.Combine(folder, "measurements.csv");
        await File.WriteAllLinesAsync(path, [
            "event_time," + string.Join(',', OccupancyReference.Metrics),
            .. Rows.Select(row => FormattableString.Invariant($"{DateTimeOffset.FromUnixTimeMilliseconds(row.EventTime):yyyy-MM-dd'T'HH:mm:ss'Z'},{string.Join(',', row.Values.Select(value => FormattableString.Invariant($"{value:R}")))}"))]);
        return path;
    }

    /// <summary>The environment of every Python sample: what its own requirements ask for.</summary>
    public static Task<PythonEnvironment> PythonAsync() => PythonEnvironment.CreateAsync("--requirement", PathOf("python", "requirements.txt"));

    /// <summary>The arguments by which a Python sample finds a chain.</summary>
    public static string[] PlaceOf(TestChain chain) => ["--bootstrap", chain.Kafka.BootstrapServers, "--registry", chain.RegistryUrl, "--prefix", chain.Kafka.TopicPrefix];

    /// <summary>What a consumer printed, a prediction a line.</summary>
    public static JsonElement[] Predictions(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Holds an entity's predictions to the rows and the independent computation: each bucket once, in the order of time.</summary>
    public static void Check(IEnumerable<JsonElement> predictions, string entity)
    {
        var own = predictions.Where(prediction => prediction.GetProperty("entity").GetString() == entity).ToArray();
        Assert.Equal(Rows.Select(row => row.BucketStart), own.Select(prediction => prediction.GetProperty("from").GetDateTimeOffset().ToUnixTimeMilliseconds()));
        foreach (var (row, prediction) in Rows.Zip(own))
        {
            Assert.Equal(0, prediction.GetProperty("revision").GetInt32());
            Assert.Equal(row.Probability >= 0.5 ? "1" : "0", prediction.GetProperty("label").GetString());
            Assert.InRange(prediction.GetProperty("scores").EnumerateArray().Last().GetDouble(), row.Probability - Tolerance, row.Probability + Tolerance);
            Assert.Equal("occupancy-lda 1", prediction.GetProperty("model").GetString());
        }
    }

    private static List<OccupancyRow> Around()
    {
        const int Each = 20;
        var room = OccupancyReference.Rows.Where(row => row.Entity == "datatest2").ToList();
        var enters = Enumerable.Range(Each, room.Count - Each).First(index => room[index].Probability >= 0.5 && room[index - 1].Probability < 0.5);
        return room.GetRange(enters - Each, 2 * Each);
    }
}
