using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Streaming.Cli.Rendering;

namespace Streaming.Cli.History;

/// <summary>Shows rows as they come, a page at a time, so that the first are seen at once and memory does not grow with their number.</summary>
/// <param name="name">What the rows are, in the plural.</param>
/// <param name="type">A row for programs.</param>
/// <param name="line">Makes it.</param>
/// <param name="table">A page for people.</param>
internal sealed class PagedAnswer<TRow, TLine>(string name, JsonTypeInfo<TLine> type, Func<TRow, TLine> line, Func<IReadOnlyList<TRow>, TextTable> table)
{
    private const int RowsPerPage = 500;

    public async Task WriteAsync(IAsyncEnumerable<TRow> rows, RowsAsked asked, CancellationToken cancellation)
    {
        var page = new List<TRow>();
        var shown = 0L;
        var more = false;
        if (asked.Json)
        {
            Answer.Write([$"{{\"{name}\":["]);
        }

        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (shown + page.Count == asked.Limit)
            {
                more = true;
                break;
            }

            page.Add(row);
            if (page.Count == RowsPerPage)
            {
                Show();
            }
        }

        if (page.Count > 0)
        {
            Show();
        }

        Answer.Write(asked.Json
            ? [$"],\"rows\":{shown},\"more\":{(more ? "true" : "false")}}}"]
            : [more ? $"{shown} {name}, and there are more: --limit 0 shows all." : $"{shown} {name}."]);

        void Show()
        {
            Answer.Write(asked.Json
                ? [(shown > 0 ? "," : "") + string.Join(',', page.Select(row => JsonSerializer.Serialize(line(row), type)))]
                : table(page).Lines());
            shown += page.Count;
            page.Clear();
        }
    }
}
