using System.Globalization;
using System.Text;

namespace Streaming.Benchmarks.Drain;

/// <summary>Bars with the single measurements as dots on them, as SVG.</summary>
internal static class RatioPlot
{
    private const int Left = 170;
    private const int Width = 420;
    private const int BarHeight = 22;
    private const int Step = 38;
    private const int Top = 50;

    public static string Draw(string title, IReadOnlyList<(string Name, double[] Values)> bars)
    {
        var most = bars.SelectMany(bar => bar.Values).Where(double.IsFinite).Max();
        var height = Top + (bars.Count * Step);
        double X(double value) => Left + (value / most * Width);
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + Width + 70} {height}\" font-family=\"sans-serif\" font-size=\"14\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"16\" y=\"28\" font-size=\"16\" font-weight=\"bold\">{title}</text>");
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, values) = bars[i];
            var known = values.Where(double.IsFinite).ToArray();
            if (known.Length == 0)
            {
                continue;
            }

            var median = DrainReport.Median(known);
            var y = Top + (i * Step);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left - 10}\" y=\"{y + 16}\" text-anchor=\"end\">{name}</text>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{X(median) - Left:F1}\" height=\"{BarHeight}\" fill=\"#4c78a8\"/>");
            foreach (var value in known)
            {
                svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{X(value):F1}\" cy=\"{y + (BarHeight / 2)}\" r=\"3\" fill=\"#f58518\"/>");
            }

            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{X(known.Max()) + 8:F1}\" y=\"{y + 16}\">{median:F2}</text>");
        }

        svg.AppendLine("</svg>");
        return svg.ToString();
    }
}
