using System.Diagnostics;

namespace Streaming.Benchmarks;

/// <summary>
/// Times some ways of doing a thing, in turns, so that a slow moment of the machine meets all of them; the best round of each counts.
/// Every way must give the number that was announced for it, or the run is void.
/// </summary>
internal sealed class Measurement
{
    private const int Rounds = 400;
    private const int CallsEach = 4000;

    private readonly List<Contestant> _contestants = [];

    /// <summary>Adds a way of doing it.</summary>
    /// <param name="name">What it is called in the table.</param>
    /// <param name="expected">What <paramref name="action"/> must give.</param>
    /// <param name="action">Does it once.</param>
    public void Add(string name, long expected, Func<long> action) => _contestants.Add(new Contestant(name, expected, action));

    /// <summary>Times all of them and prints a table.</summary>
    /// <returns>Nanoseconds of each, by name.</returns>
    public IReadOnlyDictionary<string, double> Run()
    {
        var best = _contestants.ToDictionary(contestant => contestant.Name, _ => double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contestant in _contestants)
            {
                best[contestant.Name] = Math.Min(best[contestant.Name], Time(contestant));
            }
        }

        foreach (var contestant in _contestants)
        {
            Console.WriteLine($"{contestant.Name,-60} {best[contestant.Name],8:F1} ns {Allocated(contestant),8} B");
        }

        return best;
    }

    private static double Time(Contestant contestant)
    {
        var sum = 0L;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < CallsEach; i++)
        {
            sum += contestant.Action();
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        return sum == contestant.Expected * CallsEach
            ? elapsed.TotalNanoseconds / CallsEach
            : throw new InvalidOperationException($"'{contestant.Name}' gave {sum / CallsEach} instead of {contestant.Expected}: the run is void.");
    }

    private static long Allocated(Contestant contestant)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        contestant.Action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed record Contestant(string Name, long Expected, Func<long> Action);
}
