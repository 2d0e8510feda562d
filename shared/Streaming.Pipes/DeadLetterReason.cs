#pragma warning disable CS1591 // stands in until the records are generated from the schemas
namespace Streaming.Contracts;

/// <summary>Why a record was refused.</summary>
public enum DeadLetterReason
{
    /// <summary>.</summary>
    Unknown, NullValue, NotFramed, UnknownSchema, IncompatibleSchema, Malformed, TooLarge, InvalidKey, InvalidEntity, InvalidTime, TimeInFuture, TimeTooOld, NoMetrics, TooManyMetrics, InvalidMetric, NotFinite, OutputTooLarge, ScoreNotFinite, VectorMismatch, RefusedByStore
}
