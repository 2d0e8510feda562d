namespace Streaming.Features.Definitions;

/// <summary>How definitions write the aggregates.</summary>
internal static class AggregateNames
{
    public static readonly (string Word, Aggregate Value)[] All =
    [
        ("count", Aggregate.Count),
        ("sum", Aggregate.Sum),
        ("mean", Aggregate.Mean),
        ("min", Aggregate.Min),
        ("max", Aggregate.Max),
        ("range", Aggregate.Range),
        ("first", Aggregate.First),
        ("last", Aggregate.Last),
        ("stddev", Aggregate.Stddev),
        ("slope", Aggregate.Slope),
        ("timeAbove", Aggregate.TimeAbove),
        ("increase", Aggregate.Increase),
        ("secondsSinceLast", Aggregate.SecondsSinceLast),
    ];

    public static string Word(this Aggregate aggregate) => All[(int)aggregate].Word;
}
