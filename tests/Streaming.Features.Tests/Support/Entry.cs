namespace Streaming.Features.Tests.Support;

/// <summary>A record of the log, as a person would write it down.</summary>
internal abstract record Entry;

internal sealed record Sensed : Entry
{
    public required string Entity { get; init; }

    public required long Time { get; init; }

    public required long Ingest { get; init; }

    public required (string Name, double Value)[] Metrics { get; init; }

    public int Source { get; init; }

    public string? Device { get; init; }

    public long? Sequence { get; init; }

    public (string Name, string Value)[] Tags { get; init; } = [];

    public bool Group { get; init; }

    public bool Copy { get; init; }
}

internal sealed record Ticked : Entry
{
    public required int Sources { get; init; }

    public required (int Source, long Until)[] Passed { get; init; }
}

/// <summary>What a member of a group says of itself in a bucket of a feature set.</summary>
internal sealed record Said(string Hash, string Member, string Group, long Start, int Revision, long Ingest) : Entry
{
    public (string Name, double Value)[] Values { get; init; } = [];
}

internal sealed record Attributed(string Entity, long Ingest, bool Copy = false) : Entry
{
    public bool OfGroup { get; init; }

    public long From { get; init; }

    /// <summary>Null leaves the membership as it is, empty ends it.</summary>
    public string? Group { get; init; }

    public Dictionary<string, double> Values { get; init; } = [];
}
