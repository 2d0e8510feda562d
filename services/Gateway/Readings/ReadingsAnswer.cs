using System.Text.Json.Serialization;
using Streaming.Gateway.Http;

namespace Streaming.Gateway.Readings;

/// <summary>What became of the readings of a request.</summary>
/// <param name="Accepted">How many Kafka has.</param>
/// <param name="Refused">How many break rules.</param>
/// <param name="Results">One for each reading, in their order.</param>
internal sealed record ReadingsAnswer(int Accepted, int Refused, IReadOnlyList<ReadingResult> Results);

/// <summary>What became of one.</summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Status">accepted or refused.</param>
internal sealed record ReadingResult(int Index, string Status)
{
    /// <summary>Where it is in sensor.raw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Partition { get; init; }

    /// <summary>Where it is in the partition.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Offset { get; init; }

    /// <summary>Why it was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Problem? Problem { get; init; }

    public static ReadingResult Accepted(int index, int partition, long offset) => new(index, "accepted") { Partition = partition, Offset = offset };

    public static ReadingResult Refused(int index, Problem problem) => new(index, "refused") { Problem = problem };
}
