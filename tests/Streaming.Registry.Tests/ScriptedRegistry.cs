using System.Collections.Concurrent;
using Streaming.Avro.Registry;

namespace Streaming.Registry.Tests;

/// <summary>A registry of which only the look-up by id is there, answering as a test wants.</summary>
internal sealed class ScriptedRegistry(Func<int, CancellationToken, Task<RegistrySchema?>> answer) : ISchemaRegistry
{
    private int _asking;
    private int _mostAsking;

    /// <summary>A registry of schemas that answers at once.</summary>
    public ScriptedRegistry(IReadOnlyDictionary<int, string> schemas)
        : this((id, _) => Task.FromResult(schemas.TryGetValue(id, out var text) ? new RegistrySchema(id, text, "AVRO", HasReferences: false) : null))
    {
    }

    /// <summary>The ids asked for, in order.</summary>
    public ConcurrentQueue<int> Asked { get; } = new();

    /// <summary>How many were asked for at the same time, at most.</summary>
    public int MostAsking => Volatile.Read(ref _mostAsking);

    public async Task<RegistrySchema?> FindByIdAsync(int id, CancellationToken cancellation)
    {
        Asked.Enqueue(id);
        InterlockedMax(ref _mostAsking, Interlocked.Increment(ref _asking));
        try
        {
            return await answer(id, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SubjectVersion?> FindAsync(string subject, string schema, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SubjectVersion?> FindLatestAsync(string subject, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<int>> ListVersionsAsync(string subject, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<CompatibilityLevel?> FindCompatibilityAsync(string subject, CancellationToken cancellation) => throw new NotSupportedException();

    public Task SetCompatibilityAsync(string subject, CompatibilityLevel level, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<CompatibilityAnswer> CheckCompatibilityAsync(string subject, string schema, CancellationToken cancellation) => throw new NotSupportedException();

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
