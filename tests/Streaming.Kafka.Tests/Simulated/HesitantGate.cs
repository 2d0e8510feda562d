using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>A gate that lets values beginning with "later" pass only when asked again.</summary>
internal sealed class HesitantGate(Random random) : IReadinessGate
{
    public bool IsReady(int topic, ReadOnlySpan<byte> value) => !value.StartsWith("later"u8) || random.Next(4) == 0;
}
