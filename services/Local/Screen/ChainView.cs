using Streaming.Flow;
using Streaming.History.Queries;

namespace Streaming.Local.Screen;

/// <summary>What is shown of a run at one moment.</summary>
/// <param name="Elapsed">Since the start of the play.</param>
/// <param name="Played">Data time that has been played.</param>
/// <param name="Finished">Whether everything has been played.</param>
/// <param name="Chain">What flows.</param>
/// <param name="StateOf">What a service is doing, in a word.</param>
/// <param name="Kept">What the history keeps.</param>
/// <param name="Accuracy">How right the predictions were, by entity.</param>
internal sealed record ChainView(
    TimeSpan Elapsed,
    TimeSpan Played,
    bool Finished,
    ChainSnapshot Chain,
    Func<string, string> StateOf,
    HistoryCounts Kept,
    IReadOnlyList<EntityAccuracy> Accuracy);

/// <summary>How right the predictions of an entity were.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Answered">Predictions that have a label.</param>
/// <param name="Right">How many of them were right.</param>
internal sealed record EntityAccuracy(string Entity, long Answered, long Right)
{
    /// <summary>Percent; null before the first label.</summary>
    public double? Percent => Answered == 0 ? null : 100.0 * Right / Answered;
}
