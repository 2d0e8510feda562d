using System.Diagnostics;
using System.Globalization;
using Streaming.Benchmarks.Drain;

namespace Streaming.Benchmarks;

/// <summary>
/// Times some ways of doing a thing, in turns, so that a slow moment of the machine meets all of them; the best round of each counts.
/// Every way must give the number that was announced for it, or the run is void.
/// </summary>
/// <param name="name">What the file with the table is called: <c>NAME.md</c>.</param>
/// <param name="callsEach">How often each is called in a round.</param>
internal sealed class Measurement(string name, int callsEach = 4000)
{
    private const int Rounds = 400;

    private readonly List<Contestant> _contestants = [];

    /// <summary>Adds a way of doing it.</summary>
    /// <param name="name">What it is called in the table.</param>
    /// <param name="expected">What <paramref name="action"/> must give.</param>
    /// <param name="action">Does it once.</param>
    /// <param name="pieces">How many pieces it works on: figures are for one of them.</param>
    public void Add(string name, long expected, Func<long> action, int pieces = 1) => _contestants.Add(new Contestant(name, expected, action, pieces));

    /// <summary>Times all of them, and prints and writes a table.</summary>
    /// <returns>What each costs, by name.</returns>
    public IReadOnlyDictionary<string, Cost> Run()
    {
        var best = _contestants.ToDictionary(contestant => contestant.Name, _ => double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contestant in _contestants)
            {
                best[contestant.Name] = Math.Min(best[contestant.Name], Time(contestant));
            }
        }

        var costs = _contestants.ToDictionary(contestant => contestant.Name, contestant => new Cost(best[contestant.Name], Allocated(contestant)));
        string[] lines = ["| | ns | allocated, B |", "|---|---|---|", .. costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $"| {cost.Key} | {cost.Value.Nanoseconds:F1} | {cost.Value.Bytes:F1} |"))];
        File.WriteAllLines(Path.Combine(Folders.Results, name + ".md"), lines);
        Console.WriteLine(string.Join('\n', lines));
        return costs;
    }

    private double Time(Contestant contestant)
    {
        var sum = 0L;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < callsEach; i++)
        {
            sum += contestant.Action();
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        return sum == contestant.Expected * callsEach
            ? elapsed.TotalNanoseconds / callsEach / contestant.Pieces
            : throw new InvalidOperationException($"'{contestant.Name}' gave {sum / callsEach} instead of {contestant.Expected}: the run is void.");
    }

    private static double Allocated(Contestant contestant)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        contestant.Action();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / contestant.Pieces;
    }

    private sealed record Contestant(string Name, long Expected, Func<long> Action, int Pieces);
}

/// <summary>What a way of doing it costs.</summary>
/// <param name="Nanoseconds">Time, by the clock.</param>
/// <param name="Bytes">Memory allocated.</param>
internal readonly record struct Cost(double Nanoseconds, double Bytes);
