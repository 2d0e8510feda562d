using System.Collections;
using System.Globalization;
using Streaming.History.Rows;

namespace Streaming.History.Tests;

/// <summary>Rows as text in which every bit shows, so that two rows are the same where their texts are.</summary>
internal static class RowText
{
    public static string Of(HistoryRow row) =>
        $"{row.GetType().Name} " + string.Join(", ", row.GetType().GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"{property.Name}={Of(property.GetValue(row))}"));

    public static List<string> Of(IEnumerable<HistoryRow> rows) => [.. rows.Select(Of)];

    private static string Of(object? value) => value switch
    {
        null => "null",
        double number => double.IsNaN(number) ? "NaN" : BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
        string text => $"'{text}'",
        ReadOnlyMemory<double> numbers => Items(numbers.ToArray()),
        ReadOnlyMemory<int> numbers => Items(numbers.ToArray()),
        IReadOnlyDictionary<string, string> map => Items(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)),
        IEnumerable items => Items(items),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static string Items(IEnumerable items) => $"[{string.Join(", ", items.Cast<object>().Select(Of))}]";
}
