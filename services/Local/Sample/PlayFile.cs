using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Contracts;

namespace Streaming.Local.Sample;

/// <summary>
/// Reads what a sample's script wrote: JSON lines, first one about the whole, then each with a moment (<c>at</c>, in milliseconds since the first step,
/// ascending) and a reading, attributes or a label of that moment.
/// </summary>
internal static class PlayFile
{
    /// <exception cref="InvalidDataException">A line is not as it must be; the message names it.</exception>
    public static (PlayHeader Header, IReadOnlyList<SampleStep> Steps) Read(string path)
    {
        PlayHeader? header = null;
        var steps = new List<SampleStep>();
        foreach (var (number, text) in File.ReadLines(path).Index())
        {
            try
            {
                if (header is null)
                {
                    header = JsonSerializer.Deserialize(text, PlayJson.Default.PlayHeader)!;
                    continue;
                }

                steps.Add(JsonSerializer.Deserialize(text, PlayJson.Default.PlayLine)!.ToStep());
                if (steps.Count > 1 && steps[^1].Elapsed < steps[^2].Elapsed)
                {
                    throw new JsonException($"'at' is {steps[^1].Elapsed}, less than on the line before");
                }
            }
            catch (JsonException mistake)
            {
                throw new InvalidDataException($"{path}, line {number + 1}: {mistake.Message}", mistake);
            }
        }

        return (header ?? throw new InvalidDataException($"{path} is empty; its first line must be about the whole."), steps);
    }
}

/// <summary>What a play says of itself.</summary>
/// <param name="Label">The name of its truth; null where it has none.</param>
/// <param name="MostOnTheirWay">Readings that may be on their way at once; null for as many as the broker bears.</param>
/// <param name="Settle">Milliseconds for which revisions may still leave after the last reading has passed: what they are gathered for, and what ticks stay behind.</param>
internal sealed record PlayHeader(string? Label = null, int? MostOnTheirWay = null, int Settle = 0);

/// <summary>One thing that is published.</summary>
internal sealed record PlayLine(long At, PlayReading? Reading = null, PlayAttributes? Attributes = null, PlayLabel? Label = null)
{
    public SampleStep ToStep() => new(
        At, Reading is null ? [] : [Reading.ToRecord()], Attributes is null ? [] : [Attributes.ToRecord()], Label is null ? [] : [Label.ToRecord()]);
}

internal sealed record PlayReading(string Entity, long Time, Dictionary<string, double> Metrics, string Device, long Sequence, bool Group = false)
{
    public SensorReading ToRecord() => new() { EntityId = Entity, EventTime = Time, Metrics = Metrics, Scope = Group ? Scope.Group : Scope.Entity, DeviceId = Device, Sequence = Sequence };
}

internal sealed record PlayAttributes(string Entity, long From, string? Group, Dictionary<string, double> Values)
{
    public EntityAttributes ToRecord() => new() { EntityId = Entity, ValidFrom = From, GroupId = Group, Attributes = Values };
}

internal sealed record PlayLabel(string Entity, long Time, long? End, string Name, string Value, long Known, string Source)
{
    public Label ToRecord() => new() { EntityId = Entity, EventTime = Time, EventEnd = End, Name = Name, Value = Value, KnownAt = Known, Source = Source };
}

/// <summary>The lines as JSON; a field that nobody knows is a mistake.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PlayHeader))]
[JsonSerializable(typeof(PlayLine))]
internal sealed partial class PlayJson : JsonSerializerContext;
