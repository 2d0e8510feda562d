using System.Globalization;

namespace Streaming.Benchmarks.Drain;

/// <summary>The table of the filters without Kafka.</summary>
internal static class CoreReport
{
    /// <summary>Writes <c>core.md</c>.</summary>
    public static void Write(IReadOnlyList<CoreCosts> runs)
    {
        string Row(string name, Func<CoreCosts, double> cost) => string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {DrainReport.Median(runs.Select(cost)):F1} | {runs.Min(cost):F1}–{runs.Max(cost):F1} |");
        string[] lines =
        [
            "| filter | ns of a reading, on one thread (median) | range |",
            "|---|---|---|",
            Row("SensorIngest: read, check, re-key, write", run => run.Ingest),
            Row("FeatureAssembly: read, find, update; vectors", run => run.Assembly),
            Row("ScoringAgent: read vectors, score, write", run => run.Scoring),
            Row("together", run => run.Ingest + run.Assembly + run.Scoring),
            "",
            string.Create(CultureInfo.InvariantCulture, $"Allocated by all three: {runs.Max(run => run.Bytes):F3} bytes a reading at most."),
            "",
        ];
        File.WriteAllLines(Path.Combine(Folders.Results, "core.md"), lines);
        Console.WriteLine(string.Join('\n', lines));
    }
}
