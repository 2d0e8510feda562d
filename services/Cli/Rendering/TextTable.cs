namespace Streaming.Cli.Rendering;

/// <summary>Rows under headings, in columns as wide as their content. The last column is not padded.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add(cells);

    public IEnumerable<string> Lines()
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        return _rows.Select(row => string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd());
    }
}
