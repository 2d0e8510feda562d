using System.Buffers;
using System.Text;
using System.Text.Json;
using Streaming.Local.Screen;

namespace Streaming.Local;

/// <summary>What came out of a run, as its last line says it.</summary>
internal sealed record SampleResult(
    long Readings, long Vectors, long Predictions, long Labels, long DeadLetters, long Late, IReadOnlyList<EntityAccuracy> Accuracy, TimeSpan Elapsed)
{
    /// <summary>One line of JSON; accuracy in percent with two decimals, null before the first label.</summary>
    public string ToJson()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("readings", Readings);
            json.WriteNumber("vectors", Vectors);
            json.WriteNumber("predictions", Predictions);
            json.WriteNumber("labels", Labels);
            json.WriteNumber("dead_letters", DeadLetters);
            json.WriteNumber("late", Late);
            json.WriteStartObject("accuracy");
            foreach (var entity in Accuracy)
            {
                if (entity.Percent is { } percent)
                {
                    json.WriteNumber(entity.Entity, Math.Round((decimal)percent, 2));
                }
                else
                {
                    json.WriteNull(entity.Entity);
                }
            }

            json.WriteEndObject();
            json.WriteNumber("elapsed_s", Math.Round((decimal)Elapsed.TotalSeconds, 1));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
