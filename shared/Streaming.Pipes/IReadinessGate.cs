namespace Streaming.Pipes;

/// <summary>Holds back records that cannot be processed yet for a reason outside themselves, such as a writer schema that is still being fetched.</summary>
public interface IReadinessGate
{
    /// <summary>Whether a record can be processed now. Where it cannot, whatever makes it ready has been set in motion; the caller pauses the
    /// partition and asks again later. A record that can never be processed is ready: the filter refuses it.</summary>
    /// <param name="topic">Position in <see cref="FilterTopics.Inputs"/>.</param>
    /// <param name="value">The record's value, framed.</param>
    bool IsReady(int topic, ReadOnlySpan<byte> value);
}
