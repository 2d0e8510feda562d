using System.Globalization;
using System.Text;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>Passes records on, and at every call with the time says which positions it was told of.</summary>
internal sealed class TickingFilter : IFilter
{
    public void Process(RecordBatch batch, OutputBatch output)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            output.Add(0, OutputBatch.ByKey, batch[i].Key, Encoding.UTF8.GetBytes(TestHost.EchoFilter.Answer(batch.Partition, batch[i].Offset, Encoding.UTF8.GetString(batch[i].Value))));
        }
    }

    public void OnTime(TimeCall now, OutputBatch output)
    {
        var told = new List<string>();
        foreach (var position in now.Positions)
        {
            told.Add(string.Create(CultureInfo.InvariantCulture, $"{position.Partition}:{position.NextOffset}:{position.LastAppendTime}:{(position.AtEnd ? 1 : 0)}"));
        }

        output.Add(0, 0, "tick"u8, Encoding.UTF8.GetBytes(string.Join(' ', told)));
    }
}
