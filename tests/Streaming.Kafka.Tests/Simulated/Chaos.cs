namespace Streaming.Kafka.Tests;

/// <summary>Thrown where a simulated process dies; nothing it does afterwards has any effect.</summary>
internal sealed class ProcessDied : Exception;

/// <summary>A simulated process: a worker's loop with what it has of Kafka.</summary>
internal sealed class SimulatedProcess(int ordinal)
{
    public int Ordinal => ordinal;

    public bool IsDead { get; set; }

    public void ThrowIfDead()
    {
        if (IsDead)
        {
            throw new ProcessDied();
        }
    }
}

/// <summary>Decides from a seed which calls fail, and how; counts what it did, so that a test can tell that it did something.</summary>
internal sealed class Chaos(Random random)
{
    /// <summary>The share of calls that go wrong.</summary>
    public double Rate { get; set; }

    /// <summary>How often each fault was injected.</summary>
    public static System.Collections.Concurrent.ConcurrentDictionary<string, int> Hits { get; } = new();

    /// <summary>A call that may fail before it has any effect.</summary>
    public void Before(SimulatedProcess process, string call, params ReadOnlySpan<FailureKind> kinds)
    {
        process.ThrowIfDead();
        if (random.NextDouble() < Rate)
        {
            Fail(process, call, "before", kinds);
        }
    }

    /// <summary>A call that may fail although it had its effect.</summary>
    public void After(SimulatedProcess process, string call, params ReadOnlySpan<FailureKind> kinds)
    {
        if (random.NextDouble() < Rate)
        {
            Fail(process, call, "after", kinds);
        }
    }

    public bool Chance(double share) => random.NextDouble() < share;

    private void Fail(SimulatedProcess process, string call, string when, ReadOnlySpan<FailureKind> kinds)
    {
        var choice = random.Next(kinds.Length + 1);
        var what = choice == kinds.Length ? "crash" : kinds[choice].ToString();
        Hits.AddOrUpdate($"{call} {when}: {what}", 1, (_, count) => count + 1);
        if (choice == kinds.Length)
        {
            process.IsDead = true;
            throw new ProcessDied();
        }

        throw new LogException(kinds[choice], "Injected", $"{call} failed {when} it had its effect") { IsFenced = kinds[choice] == FailureKind.Recreate && Chance(0.2) };
    }
}
