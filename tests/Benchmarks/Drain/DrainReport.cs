using System.Globalization;
using System.Text;

namespace Streaming.Benchmarks.Drain;

/// <summary>The table and the plot of a run.</summary>
internal static class DrainReport
{
    /// <summary>Writes <c>drain.md</c> and <c>drain.svg</c>.</summary>
    public static void Write(Workload work, IReadOnlyList<Pair> pairs, string checksum)
    {
        var table = Table(work, pairs, checksum);
        File.WriteAllText(Path.Combine(Folders.Results, "drain.md"), table);
        File.WriteAllText(Path.Combine(Folders.Results, "drain.svg"), RatioPlot.Draw(
            "Processor time of a reading, in yardsticks",
            [
                ("yardstick", [1]),
                ("SensorIngest", [.. pairs.Select(pair => pair.Chain.Ingest / pair.Yardstick)]),
                ("FeatureAssembly", [.. pairs.Select(pair => pair.Chain.Assembly / pair.Yardstick)]),
                ("ScoringAgent", [.. pairs.Select(pair => pair.Chain.Scoring / pair.Yardstick)]),
                ("the three together", [.. pairs.Select(pair => pair.Ratio)]),
                ("broker", [.. pairs.Select(pair => pair.Chain.Broker / pair.Yardstick)]),
            ]));
        TestContext.Current.SendDiagnosticMessage(table);
        Console.WriteLine(table);
    }

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    private static string Table(Workload work, IReadOnlyList<Pair> pairs, string checksum)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Drained {work.Readings - work.WarmUp:N0} readings, behind {work.WarmUp:N0} to warm up with, {pairs.Count} times, with {Environment.ProcessorCount} cores shared with the broker.");
        text.AppendLine(CultureInfo.InvariantCulture, $"What came out is what the filters give without Kafka: {checksum}.");
        text.AppendLine();
        text.AppendLine("| process | CPU s per million readings | yardsticks (median of ratios) | range |");
        text.AppendLine("|---|---|---|---|");
        Row("yardstick: a consumer that counts", pair => pair.Yardstick);
        Row("SensorIngest", pair => pair.Chain.Ingest);
        Row("FeatureAssembly", pair => pair.Chain.Assembly);
        Row("ScoringAgent", pair => pair.Chain.Scoring);
        Row("**the three together**", pair => pair.Chain.Services);
        Row("broker", pair => pair.Chain.Broker);
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Readings per second by the clock on the wall: {Median(pairs.Select(pair => pair.Chain.ReadingsPerSecond)):N0} (median; {string.Join(", ", pairs.Select(pair => pair.Chain.ReadingsPerSecond.ToString("N0", CultureInfo.InvariantCulture)))}).");
        text.AppendLine(CultureInfo.InvariantCulture, $"To start, compile and warm up the three processes took {Median(pairs.Select(pair => pair.Chain.StartSeconds)):F1} s of processor time, not counted above.");
        return text.ToString();

        void Row(string name, Func<Pair, double> cost)
        {
            var ratios = pairs.Select(pair => cost(pair) / pair.Yardstick).ToArray();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Median(pairs.Select(cost)) / 1000:F3} | {Median(ratios):F2} | {ratios.Min():F2}–{ratios.Max():F2} |");
        }
    }
}
