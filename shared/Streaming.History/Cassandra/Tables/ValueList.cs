using Cassandra;
using Streaming.Monitoring;

namespace Streaming.History.Cassandra.Tables;

/// <summary>The values of one statement, in its order, and about how many bytes they are.</summary>
/// <param name="count">How many there will be.</param>
/// <param name="keyCount">How many of them, the first, are the key.</param>
internal sealed class ValueList(int count, int keyCount)
{
    private const int LengthBytes = 4;
    private const int NumberBytes = 8;

    private readonly object?[] _values = new object?[count];
    private int _at;

    /// <summary>Their size in a request, in bytes.</summary>
    public int Bytes { get; private set; }

    /// <summary>The part of <see cref="Bytes"/> that is the key's.</summary>
    public int KeyBytes { get; private set; }

    /// <summary>All of them.</summary>
    public object?[] ToArray() => _values;

    public ValueList Text(string? value) => value is null ? Missing() : Add(value, LengthBytes + System.Text.Encoding.UTF8.GetByteCount(value));

    public ValueList Integer(int value) => Add(value, LengthBytes + sizeof(int));

    public ValueList Long(long value) => Add(value, LengthBytes + NumberBytes);

    public ValueList Number(double value) => Add(Canonical(value), LengthBytes + NumberBytes);

    public ValueList Number(double? value) => value is { } number ? Number(number) : Missing();

    public ValueList Day(LocalDate day) => Add(day, LengthBytes + sizeof(int));

    /// <param name="milliseconds">Since 1970.</param>
    public ValueList Time(long milliseconds) => Add(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), LengthBytes + NumberBytes);

    public ValueList Time(long? milliseconds) => milliseconds is { } time ? Time(time) : Missing();

    public ValueList Numbers(ReadOnlySpan<double> values)
    {
        var numbers = new double[values.Length];
        for (var index = 0; index < numbers.Length; index++)
        {
            numbers[index] = Canonical(values[index]);
        }

        return Add(numbers, LengthBytes + LengthBytes + (numbers.Length * (LengthBytes + NumberBytes)));
    }

    public ValueList Numbers(ReadOnlyMemory<double>? values) => values is { } some ? Numbers(some.Span) : Missing();

    /// <summary>Values by name; nothing where the names are not those of the values.</summary>
    public ValueList Named(IReadOnlyList<string>? names, ReadOnlySpan<double> values)
    {
        if (names is null || names.Count != values.Length)
        {
            return Missing();
        }

        var named = new Dictionary<string, double>(values.Length, StringComparer.Ordinal);
        var bytes = LengthBytes + LengthBytes;
        for (var index = 0; index < values.Length; index++)
        {
            named[names[index]] = Canonical(values[index]);
            bytes += LengthBytes + names[index].Length + LengthBytes + NumberBytes;
        }

        return Add(named, bytes);
    }

    public ValueList Integers(ReadOnlySpan<int> values) => Add(values.ToArray(), LengthBytes + LengthBytes + (values.Length * (LengthBytes + sizeof(int))));

    public ValueList Texts(IEnumerable<string> values)
    {
        var texts = values.ToArray();
        return Add(texts, LengthBytes + LengthBytes + texts.Sum(text => LengthBytes + System.Text.Encoding.UTF8.GetByteCount(text)));
    }

    public ValueList Map(IReadOnlyDictionary<string, string> map)
    {
        var sorted = new SortedDictionary<string, string>(map.ToDictionary(), StringComparer.Ordinal);
        return Add(sorted, LengthBytes + LengthBytes + sorted.Sum(pair =>
            LengthBytes + System.Text.Encoding.UTF8.GetByteCount(pair.Key) + LengthBytes + System.Text.Encoding.UTF8.GetByteCount(pair.Value)));
    }

    public ValueList Origin(RecordOrigin origin) => Time(origin.KnownTime).Text(origin.Topic).Integer(origin.Partition).Long(origin.Offset);

    // A null would be a tombstone; what is not set is simply not there.
    private ValueList Missing() => Add(Unset.Value, LengthBytes);

    // Every NaN is one NaN, so that two programs that decode a record write the same bytes.
    private static double Canonical(double value) => double.IsNaN(value) ? double.NaN : value;

    private ValueList Add(object value, int bytes)
    {
        _values[_at++] = value;
        Bytes += bytes;
        KeyBytes += _at <= keyCount ? bytes : 0;
        return this;
    }
}
