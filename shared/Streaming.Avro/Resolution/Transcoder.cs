namespace Streaming.Avro.Resolution;

/// <summary>Carries a value of one type from the writer's schema to the reader's.</summary>
internal abstract class Transcoder
{
    public abstract void Transcode(ref Transcoding value);
}

/// <summary>A value whose bytes are the same in both schemas.</summary>
internal sealed class CopyTranscoder(Skipper skipper) : Transcoder
{
    public Skipper Skipper => skipper;

    public override void Transcode(ref Transcoding value)
    {
        var start = value.Reader.Position;
        skipper.Skip(ref value.Reader);
        value.Writer.WriteRaw(value.Reader.Slice(start, value.Reader.Position));
    }
}

/// <summary>An int or long that is read as a float.</summary>
internal sealed class WholeToFloatTranscoder : Transcoder
{
    public override void Transcode(ref Transcoding value) => value.Writer.WriteFloat(value.Reader.ReadLong());
}

/// <summary>An int or long that is read as a double.</summary>
internal sealed class WholeToDoubleTranscoder : Transcoder
{
    public override void Transcode(ref Transcoding value) => value.Writer.WriteDouble(value.Reader.ReadLong());
}

/// <summary>A float that is read as a double.</summary>
internal sealed class FloatToDoubleTranscoder : Transcoder
{
    public override void Transcode(ref Transcoding value) => value.Writer.WriteDouble(value.Reader.ReadFloat());
}

/// <summary>A symbol that has another position in the reader's enum, or none.</summary>
/// <param name="positions">The reader's position of each of the writer's symbols; -1 for none.</param>
internal sealed class EnumTranscoder(int[] positions) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        var position = positions[value.Reader.ReadEnum(positions.Length)];
        if (position < 0)
        {
            value.Reader.Fail(AvroStatus.UnknownSymbol);
            return;
        }

        value.Writer.WriteInt(position);
    }
}

/// <summary>An array whose items differ.</summary>
internal sealed class ArrayTranscoder(Transcoder item, int minItemBytes) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        var count = 0;
        for (int block; (block = value.Reader.ReadBlock(count, minItemBytes)) > 0; count += block)
        {
            value.Writer.WriteBlock(block);
            for (var left = block; left > 0 && value.MayContinue(); left--)
            {
                item.Transcode(ref value);
            }
        }

        value.Writer.WriteEnd();
    }
}

/// <summary>A map whose values differ.</summary>
internal sealed class MapTranscoder(Transcoder item, int minItemBytes) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        var count = 0;
        for (int block; (block = value.Reader.ReadBlock(count, minItemBytes + 1)) > 0; count += block)
        {
            value.Writer.WriteBlock(block);
            for (var left = block; left > 0 && value.MayContinue(); left--)
            {
                value.Writer.WriteBytes(value.Reader.ReadBytes());
                item.Transcode(ref value);
            }
        }

        value.Writer.WriteEnd();
    }
}

/// <summary>A value of one of the writer's branches.</summary>
/// <param name="branches">What carries each branch; null for one that the reader's schema has nothing for.</param>
internal sealed class UnionTranscoder(Transcoder?[] branches) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        if (branches[value.Reader.ReadBranch(branches.Length)] is { } branch)
        {
            branch.Transcode(ref value);
        }
        else
        {
            value.Reader.Fail(AvroStatus.UnknownBranch);
        }
    }
}

/// <summary>A value that becomes one of the reader's branches.</summary>
internal sealed class IntoBranchTranscoder(int branch, Transcoder content) : Transcoder
{
    public int Branch => branch;

    public Transcoder Content => content;

    public override void Transcode(ref Transcoding value)
    {
        value.Writer.WriteBranch(branch);
        content.Transcode(ref value);
    }
}

/// <summary>Bytes that the writer did not write.</summary>
internal sealed class DefaultTranscoder(byte[] encoded) : Transcoder
{
    public override void Transcode(ref Transcoding value) => value.Writer.WriteRaw(encoded);
}

/// <summary>A field of the writer's that the reader has no use for.</summary>
internal sealed class DropTranscoder(Skipper skipper) : Transcoder
{
    public override void Transcode(ref Transcoding value) => skipper.Skip(ref value.Reader);
}

/// <summary>A record whose fields come in the reader's order; what was dropped or added stands between them.</summary>
internal sealed class SequenceTranscoder(Transcoder[] steps) : Transcoder
{
    public override void Transcode(ref Transcoding value)
    {
        foreach (var step in steps)
        {
            step.Transcode(ref value);
        }
    }
}
