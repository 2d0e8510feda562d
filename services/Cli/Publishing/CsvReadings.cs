using System.Globalization;
using System.Text;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;

namespace Streaming.Cli.Publishing;

/// <summary>Readings of a CSV file (RFC 4180, a record a line). The header names the columns; those that are not of the reading itself, and no tags, are metrics.</summary>
internal static class CsvReadings
{
    private const string Entity = "entity_id";
    private const string Time = "event_time";
    private const string Device = "device_id";
    private const string Sequence = "sequence";
    private const string OfScope = "scope";
    private const string Tag = "tags.";

    /// <exception cref="ConfigurationException">The header cannot be used.</exception>
    public static IEnumerable<ReadingLine> Read(string file, LineCheck check)
    {
        string[]? columns = null;
        var line = 0L;
        foreach (var text in TextLines.Read(file))
        {
            line++;
            if (columns is null)
            {
                columns = Header(file, text);
            }
            else if (text.Length > 0)
            {
                yield return Parse(line, text, columns, check);
            }
        }

        _ = columns ?? Header(file, text: null);
    }

    private static string[] Header(string file, string? text)
    {
        if (text is null || !TrySplit(text, out var cells))
        {
            throw new ConfigurationException([$"{file}, line 1: must be a header such as 'entity_id,event_time,temperature'."]);
        }

        string[] columns = [.. cells.Select(cell => cell.Trim())];
        var errors = new List<string>();
        errors.AddRange(new[] { Entity, Time }.Except(columns).Select(missing => $"{file}, line 1: column '{missing}' is missing; the header must have {Entity} and {Time}."));
        errors.AddRange(columns.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"{file}, line 1: column '{group.Key}' stands there {group.Count()} times; once is allowed."));
        if (columns.Contains(""))
        {
            errors.Add($"{file}, line 1: column {Array.IndexOf(columns, "") + 1} has no name.");
        }

        return errors.Count == 0 ? columns : throw new ConfigurationException(errors);
    }

    private static ReadingLine Parse(long line, string text, string[] columns, LineCheck check)
    {
        if (!TrySplit(text, out var cells))
        {
            return ReadingLine.Wrong(line, $"character {text.Length}", "a quoted value does not end, or goes on after its closing quote; a record must stand on one line");
        }

        if (cells.Count != columns.Length)
        {
            return ReadingLine.Wrong(line, $"column {Math.Min(cells.Count, columns.Length) + 1}", $"the line has {cells.Count} values, the header {columns.Length} columns");
        }

        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var reading = new SensorReading { EntityId = "", EventTime = 0, Metrics = metrics, Tags = tags };
        foreach (var (column, cell) in columns.Zip(cells))
        {
            switch (column)
            {
                case Entity:
                    reading = reading with { EntityId = cell };
                    break;
                case Time when TimeText.TryRead(cell, out var time):
                    reading = reading with { EventTime = time };
                    break;
                case Time:
                    return ReadingLine.Wrong(line, column, $"'{cell}' must be RFC 3339 with its offset, as 2026-01-31T12:00:00Z, or milliseconds since 1970");
                case Device:
                    reading = reading with { DeviceId = cell.Length == 0 ? null : cell };
                    break;
                case Sequence when cell.Length == 0:
                    break;
                case Sequence when long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sequence):
                    reading = reading with { Sequence = sequence };
                    break;
                case Sequence:
                    return ReadingLine.Wrong(line, column, $"'{cell}' must be a whole number of 64 bits, or empty");
                case OfScope when cell.Length == 0:
                    break;
                case OfScope when ScopeSymbols.TryParse(cell, out var scope):
                    reading = reading with { Scope = scope };
                    break;
                case OfScope:
                    return ReadingLine.Wrong(line, column, $"'{cell}' must be entity or group, or empty for entity");
                case var _ when cell.Length == 0:
                    break; // not measured, or no such tag
                case var _ when column.StartsWith(Tag, StringComparison.Ordinal):
                    tags[column[Tag.Length..]] = cell;
                    break;
                case var _ when double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value):
                    metrics[column] = value;
                    break;
                default:
                    return ReadingLine.Wrong(line, column, $"'{cell}' must be a number with a decimal point, or empty where nothing was measured");
            }
        }

        return check.Check(line, reading);
    }

    private static bool TrySplit(string text, out List<string> cells)
    {
        cells = [];
        var cell = new StringBuilder();
        var position = 0;
        while (true)
        {
            cell.Clear();
            if (position < text.Length && text[position] == '"')
            {
                if (!TryQuoted(text, ref position, cell))
                {
                    return false;
                }
            }
            else
            {
                var end = text.IndexOf(',', position);
                end = end < 0 ? text.Length : end;
                cell.Append(text, position, end - position);
                position = end;
            }

            cells.Add(cell.ToString());
            if (position == text.Length)
            {
                return true;
            }

            position++; // the comma
        }
    }

    /// <summary>Stands on the comma after the quoted value, or at the end.</summary>
    private static bool TryQuoted(string text, ref int position, StringBuilder cell)
    {
        for (position++; position < text.Length; position++)
        {
            if (text[position] != '"')
            {
                cell.Append(text[position]);
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                cell.Append('"');
                position++;
            }
            else
            {
                position++;
                return position == text.Length || text[position] == ',';
            }
        }

        return false;
    }
}
