using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>What the reference knows of an entity in a feature set: everything that was ever said of it, in lists.</summary>
internal sealed class NaiveEntity
{
    /// <summary>Readings that were no duplicates, with their arrival.</summary>
    public List<(Sensed Reading, long Arrival)> Heard { get; } = [];

    public SortedDictionary<long, NaiveBucket> Buckets { get; } = [];

    /// <summary>Buckets that can no longer be revised, as they were last.</summary>
    public SortedDictionary<long, NaiveBucket> Gone { get; } = [];

    /// <summary>Starts of buckets that were closed at some time.</summary>
    public List<long> Closed { get; } = [];

    /// <summary>Starts of buckets that could not be revised any more at some time.</summary>
    public List<long> Sealed { get; } = [];

    public long LastOffset { get; set; }

    public long Watermark => Heard.Count == 0 ? long.MinValue : Heard.Max(heard => heard.Reading.Time);

    public long LastArrival => Heard.Max(heard => heard.Arrival);
}

internal sealed class NaiveBucket
{
    public List<NaiveContribution> Readings { get; } = [];

    public bool IsClosed { get; set; }

    public int Vectors { get; set; }

    /// <summary>The features of its last vector, before any policy; null where there was none.</summary>
    public double?[]? Told { get; set; }

    /// <summary>What it said to its group last; null where it said nothing.</summary>
    public string? Said { get; set; }

    /// <summary>What its last vector was made of beside its own readings, and of this what was joined.</summary>
    public string Looked { get; set; } = "";

    public string Joined { get; set; } = "";

    /// <summary>Arrival of the first reading that a vector which has left lacks.</summary>
    public long? GatheringSince { get; set; }

    public int Unreported => Readings.Count(reading => !reading.IsReported);
}

internal sealed class NaiveContribution(Sensed reading, long offset, bool cameLate)
{
    public Sensed Reading => reading;

    public long Offset => offset;

    public bool CameLate => cameLate;

    public bool IsReported { get; set; }
}
