using System.Text.Json;
using System.Text.RegularExpressions;
using Streaming.Telemetry;
using Streaming.Testing;

namespace Streaming.Deployment.Tests;

/// <summary>The board and the alerts speak of metrics and attributes that the code has.</summary>
public sealed partial class ObservabilityTests
{
    private const string Board = "deploy/observability/grafana/dashboards/chain.json";
    private const string Alerts = "deploy/observability/alerts.yml";

    private static readonly string[] HistogramSuffixes = ["_bucket", "_sum", "_count"];

    // What the collector adds of the resource, and what histograms have.
    private static readonly HashSet<string> FurtherLabels = ["le", "service_name", "service_instance_id"];

    public static TheoryData<string> Queries => [.. BoardQueries().Concat(AlertQueries())];

    [Fact]
    public void There_are_a_board_and_alerts()
    {
        Assert.InRange(BoardQueries().Count(), 10, 100);
        Assert.InRange(AlertQueries().Count(), 5, 100);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Every_metric_and_label_of_a_query_exists(string query)
    {
        var used = Names().Matches(query).Select(match => match.Value).Where(IsMetric).Distinct().ToArray();
        Assert.NotEmpty(used);
        var labels = FurtherLabels.ToHashSet();
        foreach (var name in used)
        {
            var metric = ChainMetrics.All.SingleOrDefault(metric => SpellingsOf(metric).Contains(name));
            Assert.True(metric is not null, $"{name} is no metric of the catalogue, as the collector spells it");
            labels.UnionWith(metric.Attributes.Select(attribute => attribute.Replace('.', '_')));
        }

        var labelled = Labels().Matches(query).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(label => label.Split('=')[0]);
        Assert.All(labelled, label => Assert.Contains(label, labels));
    }

    [Fact]
    public void Every_label_that_a_legend_shows_is_left_by_its_query()
    {
        foreach (var target in Targets())
        {
            var (query, legend) = (target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!);
            Assert.All(Shown().Matches(legend).Select(match => match.Groups[1].Value), label => Assert.Contains(label, query, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_board_reads_from_the_source_that_is_provisioned_and_no_two_panels_lie_on_each_other()
    {
        var source = Assert.Single(((YamlDotNet.RepresentationModel.YamlSequenceNode)Yaml.Read("deploy/observability/grafana/provisioning/datasources/prometheus.yml").Get("datasources")!).Children);
        using var board = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(Board.Split('/'))));
        var taken = new HashSet<(int, int)>();
        foreach (var panel in board.RootElement.GetProperty("panels").EnumerateArray())
        {
            Assert.Equal(source.Get("uid")!.ToString(), panel.GetProperty("datasource").GetProperty("uid").GetString());
            var at = panel.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);
            Assert.All(Enumerable.Range(x, w).SelectMany(column => Enumerable.Range(y, h).Select(row => (column, row))), cell => Assert.True(taken.Add(cell), panel.GetProperty("title").GetString()));
        }
    }

    [Fact]
    public void Every_alert_says_what_happened_and_what_to_do() => Assert.All(Rules(), rule =>
    {
        Assert.NotNull(rule.Get("annotations", "summary"));
        Assert.NotNull(rule.Get("annotations", "what_to_do"));
        Assert.Contains(rule.Get("labels", "severity")!.ToString(), new[] { "warning", "critical" });
    });

    private static IEnumerable<string> SpellingsOf(MetricDefinition metric) => metric.Kind == MetricKind.Histogram ? HistogramSuffixes.Select(suffix => metric.PrometheusName + suffix) : [metric.PrometheusName];

    private static bool IsMetric(string name) => (name.StartsWith("streaming_", StringComparison.Ordinal) || name.StartsWith("messaging_", StringComparison.Ordinal))
        && !ChainMetrics.All.Any(metric => metric.Attributes.Any(attribute => attribute.Replace('.', '_') == name));

    private static JsonElement[] Targets()
    {
        using var board = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(Board.Split('/'))));
        return [.. board.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.Clone())];
    }

    private static IEnumerable<string> BoardQueries() => Targets().Select(target => target.GetProperty("expr").GetString()!);

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlNode> Rules() =>
        ((YamlDotNet.RepresentationModel.YamlSequenceNode)Yaml.Read(Alerts).Get("groups")!).Children.SelectMany(group => ((YamlDotNet.RepresentationModel.YamlSequenceNode)group.Get("rules")!).Children);

    private static IEnumerable<string> AlertQueries() => Rules().Select(rule => rule.Get("expr")!.ToString());

    [GeneratedRegex(@"\b[a-z][a-z0-9_]*\b")]
    private static partial Regex Names();

    // by (a, b), and {a="x", b=~"y"}
    [GeneratedRegex(@"(?:by\s*\(|\{)([^)}]*)[)}]")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Shown();
}
