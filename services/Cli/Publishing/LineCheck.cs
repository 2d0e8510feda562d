using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Ingest;

namespace Streaming.Cli.Publishing;

/// <summary>Finds what SensorIngest, as it comes, would refuse, by its own rules and before anything is sent.</summary>
internal sealed class LineCheck(IngestOptions options, TimeProvider clock)
{
    private const int AnySchema = 0;

    private readonly ReadingCheck _check = new(options);
    private readonly long _now = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The line, or the first rule that its reading breaks.</summary>
    public ReadingLine Check(long line, SensorReading reading) =>
        _check.Check(AvroCodec.ToFramed(reading, AnySchema), _now) is { } refused
            ? ReadingLine.Wrong(line, refused.Field ?? "reading", refused.Detail)
            : new ReadingLine(line, reading, null);
}
