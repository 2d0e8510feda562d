using Streaming.Contracts;

namespace Streaming.Driver.Examples;

/// <summary>An example of what a feature set makes of some readings: steps, each with what must leave at it. Times are in milliseconds since 1970.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Line">Where it begins in its file, from 1.</param>
/// <param name="Column">Where it begins in its line, from 1.</param>
/// <param name="Start">What the clock shows at first, and what its lengths of time count from.</param>
/// <param name="Steps">The steps, in order.</param>
public sealed record Example(string Name, int Line, int Column, long Start, IReadOnlyList<ExampleStep> Steps);

/// <summary>A step of an example. What is expected is looked at after what is sent.</summary>
/// <param name="At">What the clock is moved to first.</param>
/// <param name="Reading">A reading that then arrives.</param>
/// <param name="Attributes">Attributes that then arrive.</param>
/// <param name="Vectors">The vectors that have left since they were last looked at; null where they are not looked at.</param>
/// <param name="Late">The readings that have come too late since they were last looked at; null where they are not looked at.</param>
/// <param name="Refused">The records that have been refused since they were last looked at; null where they are not looked at.</param>
public sealed record ExampleStep(
    long At, SensorReading? Reading, EntityAttributes? Attributes, Expectation<ExpectedVector>? Vectors, Expectation<ExpectedLate>? Late, Expectation<ExpectedRefusal>? Refused);

/// <summary>Everything that is expected of one kind at a step.</summary>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Column">Where it stands, from 1.</param>
/// <param name="Items">Each one.</param>
public sealed record Expectation<T>(int Line, int Column, IReadOnlyList<T> Items);

/// <summary>A vector that is expected. What is null may be anything.</summary>
public sealed record ExpectedVector
{
    /// <summary>Where it stands in its file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Where it stands in its line, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>Whose vector.</summary>
    public required string Entity { get; init; }

    /// <summary>Start of its bucket.</summary>
    public required long Bucket { get; init; }

    /// <summary>Its revision.</summary>
    public int? Revision { get; init; }

    /// <summary>Why it left.</summary>
    public CloseReason? Closed { get; init; }

    /// <summary>How many readings made it.</summary>
    public int? Readings { get; init; }

    /// <summary>How many of them came late.</summary>
    public int? Late { get; init; }

    /// <summary>How complete it is.</summary>
    public double? Completeness { get; init; }

    /// <summary>Every feature that no reading gave, whatever stands for it.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Values by name, lags among them; NaN for none.</summary>
    public IReadOnlyList<(string Name, double Value)> Features { get; init; } = [];
}

/// <summary>A reading that is expected to come too late.</summary>
/// <param name="Line">Where it stands in its file, from 1.</param>
/// <param name="Column">Where it stands in its line, from 1.</param>
/// <param name="Entity">Whose reading.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Bucket">Start of its bucket; null for any.</param>
/// <param name="Lateness">How far it lies behind its entity's watermark, in milliseconds; null for any.</param>
public sealed record ExpectedLate(int Line, int Column, string Entity, long Time, long? Bucket, long? Lateness);

/// <summary>A record that is expected to be refused.</summary>
/// <param name="Line">Where it stands in its file, from 1.</param>
/// <param name="Column">Where it stands in its line, from 1.</param>
/// <param name="Entity">Whose record; null for any.</param>
/// <param name="Reason">The rule that it breaks.</param>
public sealed record ExpectedRefusal(int Line, int Column, string? Entity, DeadLetterReason Reason);
