using System.Diagnostics;

namespace Streaming.Pipes;

/// <summary>
/// A filter whose outputs come of several records: it remembers those that are followed until what becomes of them leaves. What a filter without this
/// gives comes of the record that it was working on (<see cref="OutputBatch.Source"/>).
/// </summary>
/// <remarks>What it remembers is no state: bounded, gone with the process, and without any effect on what comes out.</remarks>
public interface ITraceJoin
{
    /// <summary>Whether nothing is remembered, so that no output needs to be asked about.</summary>
    bool IsEmpty { get; }

    /// <summary>Remembers a record that is followed.</summary>
    /// <param name="batch">The batch that holds it, which is about to be processed.</param>
    /// <param name="index">Its position.</param>
    /// <param name="context">The span of its processing.</param>
    void Remember(RecordBatch batch, int index, in ActivityContext context);

    /// <summary>The followed records that an output comes of, the newest first.</summary>
    /// <param name="input">The batch that it came of.</param>
    /// <param name="output">The output.</param>
    /// <param name="into">Takes as many as there is room for.</param>
    /// <returns>How many there are in <paramref name="into"/>.</returns>
    int Find(RecordBatch input, in OutputRecord output, Span<ActivityContext> into);
}
