using Streaming.History.Queries;

namespace Streaming.History.Sqlite;

/// <summary>What a walk over a table looks for. Where it goes day by day, the key's first column is the day, its second the entity, its third a time.</summary>
internal sealed class PageQuery
{
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _values = [];

    /// <summary>Whether the walk goes against the order of the key.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>The days walked over, first and last; null for a table without days.</summary>
    public (long First, long Last)? Days { get; init; }

    /// <summary>The times walked over; only where there are days.</summary>
    public TimeRange Times { get; init; }

    /// <summary>The one entity asked for; null for all.</summary>
    public string? EntityId { get; init; }

    public IReadOnlyList<string> Conditions => _conditions;

    public IReadOnlyList<(string Name, object Value)> Values => _values;

    /// <summary>Adds a condition on a parameter, unless there is no value for it.</summary>
    public PageQuery Where(string condition, string parameter, object? value)
    {
        if (value is not null)
        {
            _conditions.Add(condition);
            _values.Add((parameter, value));
        }

        return this;
    }

    /// <summary>A walk over the days that a range of times touches.</summary>
    public static (long First, long Last) DaysOf(TimeRange range) =>
        range.IsEmpty ? (0, -1) : (Day.Of(range.From), Day.Of(range.To - 1));
}
