using System.Numerics;
using Cassandra;
using Streaming.History.Queries;

namespace Streaming.History.Cassandra.Tables;

/// <summary>Days as the tables have them.</summary>
internal static class Days
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <summary>The first day of the year 1, counted from 1970-01-01.</summary>
    public static readonly long First = Day.Of(DateTimeOffset.MinValue.ToUnixTimeMilliseconds());

    /// <summary>The last day of the year 9999.</summary>
    public static readonly long Last = Day.Of(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>A day, as a value of a column.</summary>
    /// <param name="day">Counted from 1970-01-01, of the years 1 to 9999.</param>
    public static LocalDate Date(long day)
    {
        var date = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)day);
        return new LocalDate(date.Year, date.Month, date.Day);
    }

    /// <summary>A value of a column, counted from 1970-01-01.</summary>
    public static long Of(LocalDate date) =>
        new DateOnly(date.Year, date.Month, date.Day).DayNumber - new DateOnly(Epoch.Year, Epoch.Month, Epoch.Day).DayNumber;

    /// <summary>How many days an interval reaches beyond the day of its start, made up to a power of two so that there are few different ones; 0 for none.</summary>
    public static int Span(long eventTime, long? eventEnd)
    {
        var further = eventEnd is { } end ? Day.Of(end - 1) - Day.Of(eventTime) : 0;
        return further <= 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)further);
    }
}
