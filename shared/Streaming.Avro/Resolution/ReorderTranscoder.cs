using System.Buffers;

namespace Streaming.Avro.Resolution;

/// <summary>A record whose fields come in another order: each is found first, then carried over.</summary>
/// <param name="writerFields">Passes over each of the writer's fields.</param>
/// <param name="steps">For each of the reader's fields, what carries it and the writer's field it comes from; -1 for a default.</param>
internal sealed class ReorderTranscoder(Skipper[] writerFields, (Transcoder Transcoder, int WriterField)[] steps) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        var starts = ArrayPool<int>.Shared.Rent(writerFields.Length + 1);
        for (var i = 0; i < writerFields.Length; i++)
        {
            starts[i] = value.Reader.Position;
            writerFields[i].Skip(ref value.Reader);
        }

        starts[writerFields.Length] = value.Reader.Position;
        if (value.Reader.IsOk)
        {
            WriteFields(ref value, starts);
        }

        ArrayPool<int>.Shared.Return(starts);
    }

    private void WriteFields(ref Transcoding value, int[] starts)
    {
        foreach (var (transcoder, field) in steps)
        {
            var part = value.Of(field < 0 ? default : value.Reader.Slice(starts[field], starts[field + 1]));
            transcoder.Transcode(ref part);
            if (!part.Reader.IsOk)
            {
                value.Reader.Fail(part.Reader.Status);
                return;
            }
        }
    }
}
