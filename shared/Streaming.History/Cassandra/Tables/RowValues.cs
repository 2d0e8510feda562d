using Cassandra;
using Streaming.Monitoring;

namespace Streaming.History.Cassandra.Tables;

/// <summary>Reads columns as the history's rows have them.</summary>
internal static class RowValues
{
    public static string Text(this Row row, int column) => row.GetValue<string>(column);

    public static string? NullableText(this Row row, int column) => row.IsNull(column) ? null : row.GetValue<string>(column);

    public static int Integer(this Row row, int column) => row.GetValue<int>(column);

    public static long Long(this Row row, int column) => row.GetValue<long>(column);

    public static double Number(this Row row, int column) => row.GetValue<double>(column);

    /// <summary>Milliseconds since 1970.</summary>
    public static long Time(this Row row, int column) => row.GetValue<DateTimeOffset>(column).ToUnixTimeMilliseconds();

    public static long? NullableTime(this Row row, int column) => row.IsNull(column) ? null : row.Time(column);

    public static long Day(this Row row, int column) => Days.Of(row.GetValue<LocalDate>(column));

    public static double[] Numbers(this Row row, int column) => row.IsNull(column) ? [] : row.GetValue<double[]>(column);

    public static int[] Integers(this Row row, int column) => row.IsNull(column) ? [] : row.GetValue<int[]>(column);

    public static string[] Texts(this Row row, int column) => row.IsNull(column) ? [] : row.GetValue<string[]>(column);

    public static IReadOnlyDictionary<string, string> Map(this Row row, int column) =>
        row.IsNull(column) ? new Dictionary<string, string>() : new Dictionary<string, string>(row.GetValue<IDictionary<string, string>>(column), StringComparer.Ordinal);

    /// <summary>The four columns of an origin, from a position on.</summary>
    public static RecordOrigin Origin(this Row row, int column) => new(row.Time(column), row.Text(column + 1), row.Integer(column + 2), row.Long(column + 3));
}
