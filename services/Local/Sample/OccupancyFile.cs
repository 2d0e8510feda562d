using System.Globalization;

namespace Streaming.Local.Sample;

/// <summary>Reads the occupancy data as its authors published it.</summary>
internal static class OccupancyFile
{
    /// <summary>The metrics, in the order of the file's columns.</summary>
    public static readonly IReadOnlyList<string> Metrics = ["temperature", "humidity", "light", "co2", "humidity_ratio"];

    // The header names seven columns, the rows have eight: the first, a row number, has no name.
    private const int TimeColumn = 1;
    private const int FirstMetricColumn = 2;
    private const int TruthColumn = 7;

    /// <exception cref="InvalidDataException">A line does not have the published form; the message names it.</exception>
    public static IReadOnlyList<OccupancyRow> Read(string path)
    {
        var rows = new List<OccupancyRow>();
        foreach (var (number, line) in File.ReadLines(path).Index().Skip(1))
        {
            var cells = line.Replace("\"", "", StringComparison.Ordinal).Split(',');
            if (cells.Length != TruthColumn + 1)
            {
                throw new InvalidDataException($"{path}, line {number + 1}: {cells.Length} columns where {TruthColumn + 1} are expected.");
            }

            try
            {
                rows.Add(Parse(cells));
            }
            catch (FormatException reason)
            {
                throw new InvalidDataException($"{path}, line {number + 1}: {reason.Message}", reason);
            }
        }

        return rows;
    }

    private static OccupancyRow Parse(string[] cells)
    {
        var time = DateTimeOffset.ParseExact(
            cells[TimeColumn], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var values = new double[Metrics.Count];
        for (var metric = 0; metric < values.Length; metric++)
        {
            values[metric] = double.Parse(cells[FirstMetricColumn + metric], CultureInfo.InvariantCulture);
        }

        return new OccupancyRow(time.ToUnixTimeMilliseconds(), values, cells[TruthColumn]);
    }
}
