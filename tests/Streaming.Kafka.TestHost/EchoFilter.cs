using System.Globalization;
using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka.TestHost;

/// <summary>Gives every record back with its place; refuses what begins with "bad"; answers "huge" with a far larger record beside the ordinary one.</summary>
public sealed class EchoFilter(int hugeBytes = EchoFilter.Huge) : IFilter
{
    public const int Huge = 2_000_000;

    private readonly byte[] _huge = Incompressible(hugeBytes);

    public void Process(RecordBatch batch, OutputBatch output)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            if (record.Value.StartsWith("bad"u8))
            {
                output.Refuse(batch, i, DeadLetterReason.Malformed, "begins with 'bad'", Encoding.UTF8.GetString(record.Key));
                continue;
            }

            if (record.Value.StartsWith("huge"u8))
            {
                output.Add(0, OutputBatch.ByKey, record.Key, _huge);
            }

            output.Add(0, OutputBatch.ByKey, record.Key, Encoding.UTF8.GetBytes(Answer(batch.Partition, record.Offset, Encoding.UTF8.GetString(record.Value))), record.Headers);
        }
    }

    /// <summary>What a record becomes.</summary>
    public static string Answer(int partition, long offset, string value) => string.Create(CultureInfo.InvariantCulture, $"{partition}/{offset}:{value}");

    private static byte[] Incompressible(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
