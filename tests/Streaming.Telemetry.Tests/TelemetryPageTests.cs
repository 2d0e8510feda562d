using System.Globalization;
using System.Text;
using Streaming.Testing;

namespace Streaming.Telemetry.Tests;

/// <summary>The table in docs/TELEMETRY.md is the catalogue's.</summary>
public sealed class TelemetryPageTests
{
    [Fact]
    public void The_page_lists_the_catalogue() => GeneratedPart.Check("docs/TELEMETRY.md", "metrics", Table());

    private static string Table()
    {
        var table = new StringBuilder("| metric | kind | unit | attributes | meaning |\n|---|---|---|---|---|\n");
        foreach (var metric in ChainMetrics.All)
        {
            var attributes = string.Join(", ", metric.Attributes.Select(attribute => $"`{attribute}`"));
            table.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}`<br>`{metric.PrometheusName}` | {metric.Kind} | `{metric.Unit}` | {attributes} | {metric.Meaning} |\n");
        }

        return table.ToString();
    }
}
