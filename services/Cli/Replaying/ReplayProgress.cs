using System.Globalization;
using Streaming.Contracts;

namespace Streaming.Cli.Replaying;

/// <summary>How far a replay has come: everything that earlier records made leave is written.</summary>
/// <param name="Part">Position of the part under way among the job's; as many as there are when all are done.</param>
/// <param name="Next">The offset in it from which on vectors are still to be written. Where all parts are done side by side: the moment, and <paramref name="Part"/> is 0 until the end.</param>
/// <param name="Vectors">Vectors that were written.</param>
internal readonly record struct ReplayProgress(int Part, long Next, long Vectors)
{
    /// <summary>The progress as a step of the job tells it.</summary>
    public Dictionary<string, string> Result => new()
    {
        ["part"] = Part.ToString(CultureInfo.InvariantCulture),
        ["next_offset"] = Next.ToString(CultureInfo.InvariantCulture),
        ["vectors"] = Vectors.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The progress that a step tells; null where it tells none.</summary>
    public static ReplayProgress? Read(JobEvent step) =>
        step.Result.TryGetValue("part", out var part) && step.Result.TryGetValue("next_offset", out var next) && step.Result.TryGetValue("vectors", out var vectors)
            ? new ReplayProgress(int.Parse(part, CultureInfo.InvariantCulture), long.Parse(next, CultureInfo.InvariantCulture), long.Parse(vectors, CultureInfo.InvariantCulture))
            : null;
}
