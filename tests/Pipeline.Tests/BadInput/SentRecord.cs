using System.Text.Json;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>A record as the writer of bad input says that it wrote it.</summary>
/// <param name="Case">What is wrong with it.</param>
/// <param name="Topic">The topic's full name.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Key">The key in hex; null for none.</param>
/// <param name="Value">SHA-256 of the value in hex; null for none.</param>
/// <param name="Length">Bytes of the value.</param>
/// <param name="SchemaId">The schema id, where there is a frame.</param>
/// <param name="Headers">Headers, their values in hex.</param>
/// <param name="LeftInPlace">Whether it is too large for a dead letter, so that only its place and hash are told.</param>
/// <param name="Refused">Which stage must refuse it for which reason; null for a mutation, of which that is not known.</param>
/// <param name="Accepted">What an independent decoder reads; null where it cannot, or where the record must not be passed on.</param>
internal sealed record SentRecord(
    string Case, string Topic, int Partition, long Offset, string? Key, string? Value, int Length, int? SchemaId, Dictionary<string, string> Headers, bool LeftInPlace,
    Dictionary<string, string>? Refused, string? Accepted)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Where it stands.</summary>
    public string Place => $"{Topic}/{Partition}/{Offset}";

    public static IReadOnlyList<SentRecord> Read(string manifest) => [.. File.ReadLines(manifest).Select(line => JsonSerializer.Deserialize<SentRecord>(line, Names)!)];
}
