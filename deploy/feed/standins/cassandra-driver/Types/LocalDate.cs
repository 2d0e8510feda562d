using System.Globalization;

namespace Cassandra;

/// <summary>A day of the proleptic Gregorian calendar, without a time or a zone; of the years 1 to 9999 here.</summary>
public sealed class LocalDate : IComparable<LocalDate>, IEquatable<LocalDate>
{
    // The protocol counts days from the epoch, which is 2^31.
    private const long EpochOnWire = 1L << 31;
    private static readonly DateOnly Epoch = new(1970, 1, 1);
    private readonly DateOnly _day;

    /// <summary>A day.</summary>
    public LocalDate(int year, int month, int day) => _day = new DateOnly(year, month, day);

    /// <summary>A day as the protocol counts it.</summary>
    public LocalDate(uint days) => _day = Epoch.AddDays(checked((int)(days - EpochOnWire)));

    /// <summary>The year.</summary>
    public int Year => _day.Year;

    /// <summary>The month, from 1.</summary>
    public int Month => _day.Month;

    /// <summary>The day of the month, from 1.</summary>
    public int Day => _day.Day;

    internal uint DaysOnWire => (uint)(EpochOnWire + (_day.DayNumber - Epoch.DayNumber));

    /// <summary>Whether two are the same day.</summary>
    public static bool operator ==(LocalDate? left, LocalDate? right) => Equals(left, right);

    /// <summary>Whether two are different days.</summary>
    public static bool operator !=(LocalDate? left, LocalDate? right) => !Equals(left, right);

    /// <summary>Whether a day is before another.</summary>
    public static bool operator <(LocalDate left, LocalDate right) => left.CompareTo(right) < 0;

    /// <summary>Whether a day is after another.</summary>
    public static bool operator >(LocalDate left, LocalDate right) => left.CompareTo(right) > 0;

    /// <summary>Whether a day is not after another.</summary>
    public static bool operator <=(LocalDate left, LocalDate right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a day is not before another.</summary>
    public static bool operator >=(LocalDate left, LocalDate right) => left.CompareTo(right) >= 0;

    /// <summary>From yyyy-mm-dd.</summary>
    public static LocalDate Parse(string value)
    {
        var day = DateOnly.ParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new LocalDate(day.Year, day.Month, day.Day);
    }

    /// <summary>Midnight UTC.</summary>
    public DateTimeOffset ToDateTimeOffset() => new(_day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <inheritdoc/>
    public int CompareTo(LocalDate? other) => other is null ? 1 : _day.CompareTo(other._day);

    /// <inheritdoc/>
    public bool Equals(LocalDate? other) => other is not null && _day == other._day;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LocalDate);

    /// <inheritdoc/>
    public override int GetHashCode() => _day.GetHashCode();

    /// <summary>As yyyy-mm-dd.</summary>
    public override string ToString() => _day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
