using System.Globalization;

namespace Streaming.Testing.Occupancy;

/// <summary>
/// The rows of the two occupancy test files with the probabilities of a linear discriminant analysis (pooled covariance with divisor n − 2, the
/// training shares as priors), computed here from the text files in double precision and without any of the project's own code.
/// </summary>
public static class OccupancyReference
{
    internal const long Minute = 60_000;
    internal const long HalfMinute = 30_000;

    private static readonly Lazy<IReadOnlyList<OccupancyRow>> LazyRows = new(Compute);

    /// <summary>The metrics' names, in the order of a row's values.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["temperature", "humidity", "light", "co2", "humidity_ratio"];

    /// <summary>All 12,417 rows: first those of <c>datatest</c>, then those of <c>datatest2</c>, each in the order of time.</summary>
    public static IReadOnlyList<OccupancyRow> Rows => LazyRows.Value;

    /// <summary>The folder of the published files.</summary>
    public static string DataDirectory => Repository.PathOf("deploy", "samples", "occupancy", "data");

    /// <summary>The rows of a published file: time, five values, truth.</summary>
    /// <param name="name">The file's name without the ending.</param>
    public static IReadOnlyList<(long Time, double[] Values, bool IsOccupied)> Read(string name) =>
        [.. File.ReadLines(Path.Combine(DataDirectory, name + ".txt")).Skip(1).Select(ReadLine)];

    private static List<OccupancyRow> Compute()
    {
        var discriminant = new LinearDiscriminant(Read("datatraining").Select(row => (row.Values, row.IsOccupied)).ToList());
        return
        [
            .. from name in new[] { "datatest", "datatest2" }
               from row in Read(name)
               select new OccupancyRow(name, row.Time, row.Values, row.IsOccupied, discriminant.Probability(row.Values)),
        ];
    }

    // The header names seven columns; a row has eight, of which the first is its number.
    private static (long Time, double[] Values, bool IsOccupied) ReadLine(string line)
    {
        var fields = line.Replace("\"", "", StringComparison.Ordinal).Split(',');
        var time = DateTimeOffset.ParseExact(fields[1], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var values = fields[2..7].Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (time.ToUnixTimeMilliseconds(), values, fields[7] == "1");
    }
}
