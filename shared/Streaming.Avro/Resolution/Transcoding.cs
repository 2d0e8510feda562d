namespace Streaming.Avro.Resolution;

/// <summary>One value on its way from the writer's schema to the reader's.</summary>
internal ref struct Transcoding
{
    private readonly int _maxPosition;

    public Transcoding(AvroReader reader, AvroWriter writer, int maxPosition)
    {
        Reader = reader;
        Writer = writer;
        _maxPosition = maxPosition;
    }

    /// <summary>Where the value comes from.</summary>
    public AvroReader Reader;

    /// <summary>Where it goes.</summary>
    public AvroWriter Writer;

    /// <summary>Whether to go on with the next item: many small items could each bring large defaults with them.</summary>
    public bool MayContinue()
    {
        if (Writer.Position > _maxPosition)
        {
            Reader.Fail(AvroStatus.OutputTooLarge);
        }

        return Reader.IsOk;
    }

    /// <summary>The same way for a part that was passed over before, within all limits.</summary>
    public readonly Transcoding Of(ReadOnlySpan<byte> part) => new(new AvroReader(part, AvroLimits.Trusted), Writer, _maxPosition);
}
