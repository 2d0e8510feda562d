using System.Globalization;

namespace Streaming.Testing.Collector;

/// <summary>A span as the collector got it.</summary>
public sealed record ReceivedSpan(string Service, string Name, string Kind, string TraceId, string Id, string ParentId, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links, string Status);

/// <summary>The newest value of a metric with its attributes; of a histogram the count of its values.</summary>
public sealed record ReceivedPoint(string Service, string Name, string Unit, IReadOnlyDictionary<string, string> Attributes, double Value);

/// <summary>A line of a log.</summary>
public sealed record ReceivedLog(string Service, string Body, string TraceId);

/// <summary>What a collector printed with its debug exporter, read back.</summary>
public sealed class Received
{
    // What stands before the first line of what came together.
    private const string Told = "\tinfo\t";

    private readonly Dictionary<string, ReceivedPoint> _points = [];
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedLog> _logs = [];
    private readonly HashSet<string> _resources = [];

    private string _service = "";
    private string _part = "";
    private Dictionary<string, string> _attributes = [];
    private Dictionary<string, string> _fields = [];
    private List<string> _links = [];
    private string _metric = "";
    private string _unit = "";

    /// <summary>Every span.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => _spans;

    /// <summary>Every line of logs.</summary>
    public IReadOnlyList<ReceivedLog> Logs => _logs;

    /// <summary>The newest value of every series.</summary>
    public IReadOnlyCollection<ReceivedPoint> Points => _points.Values;

    /// <summary>Every attribute of a resource, as key=value.</summary>
    public IReadOnlyCollection<string> Resources => _resources;

    /// <summary>The sum of the newest values of a service's metric, as far as their attributes have these values.</summary>
    public double Sum(string service, string metric, params (string Key, string Value)[] where) => Points
        .Where(point => point.Service == service && point.Name == metric && where.All(pair => point.Attributes.GetValueOrDefault(pair.Key) == pair.Value))
        .Sum(point => point.Value);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_spans.Count} spans ({string.Join(", ", _spans.Select(span => $"{span.Service}/{span.Name}").Distinct())}), {_points.Count} series of {string.Join(", ", _points.Values.Select(point => $"{point.Service}/{point.Name}").Distinct())}, {_logs.Count} lines of logs of {string.Join(", ", _logs.Select(log => log.Service).Distinct())}.";

    /// <summary>Takes what one process printed.</summary>
    public void Add(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Take(line.TrimEnd());
        }

        Flush();
    }

    private void Take(string line)
    {
        var told = line.IndexOf(Told, StringComparison.Ordinal);
        var text = (told < 0 ? line : line[(told + Told.Length)..]).Trim();
        if (text.StartsWith("Resource", StringComparison.Ordinal) && text.Contains('#', StringComparison.Ordinal))
        {
            Begin("Resource");
        }
        else if (text.StartsWith("Span #", StringComparison.Ordinal))
        {
            Begin("Span");
        }
        else if (text.StartsWith("SpanLink #", StringComparison.Ordinal))
        {
            _part = "SpanLink";
        }
        else if (text.StartsWith("LogRecord #", StringComparison.Ordinal))
        {
            Begin("LogRecord");
        }
        else if (text.StartsWith("Metric #", StringComparison.Ordinal))
        {
            Begin("Metric");
        }
        else if (text.StartsWith("NumberDataPoints #", StringComparison.Ordinal) || text.StartsWith("HistogramDataPoints #", StringComparison.Ordinal))
        {
            Begin("Point");
        }
        else if (text.StartsWith("ScopeSpans", StringComparison.Ordinal) || text.StartsWith("ScopeMetrics", StringComparison.Ordinal) || text.StartsWith("ScopeLogs", StringComparison.Ordinal) || told >= 0)
        {
            Flush();
        }
        else if (text.StartsWith("-> ", StringComparison.Ordinal))
        {
            Pair(text[3..]);
        }
        else if (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            _fields.TryAdd(text[..colon].Trim(), text[(colon + 1)..].Trim());
        }
    }

    private void Pair(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0)
        {
            return;
        }

        var (key, value) = (text[..colon], text[(colon + 2)..]);
        switch (_part, key)
        {
            case ("Metric", "Name"):
                _metric = value;
                break;
            case ("Metric", "Unit"):
                _unit = value;
                break;
            case ("Metric", _):
                break;
            case ("SpanLink", "ID"):
                _links.Add(value);
                break;
            case ("SpanLink", _):
                break;
            default:
                var open = value.IndexOf('(', StringComparison.Ordinal);
                _attributes[key] = open > 0 && value.EndsWith(')') ? value[(open + 1)..^1] : value;
                if (_part == "Resource" && key == "service.name")
                {
                    _service = _attributes[key];
                }

                break;
        }
    }

    private void Begin(string part)
    {
        Flush();
        _part = part;
    }

    private void Flush()
    {
        string Field(string name) => _fields.GetValueOrDefault(name, "");
        switch (_part)
        {
            case "Resource":
                _resources.UnionWith(_attributes.Select(pair => $"{pair.Key}={pair.Value}"));
                break;
            case "Span" or "SpanLink":
                _spans.Add(new ReceivedSpan(_service, Field("Name"), Field("Kind"), Field("Trace ID"), Field("ID"), Field("Parent ID"), _attributes, _links, Field("Status code")));
                break;
            case "LogRecord":
                var body = Field("Body");
                _logs.Add(new ReceivedLog(_service, body.StartsWith("Str(", StringComparison.Ordinal) ? body[4..^1] : body, Field("Trace ID")));
                break;
            case "Point":
                if (!double.TryParse(_fields.TryGetValue("Count", out var count) ? count : Field("Value"), CultureInfo.InvariantCulture, out var value))
                {
                    break; // the rest of it is being written
                }

                var point = new ReceivedPoint(_service, _metric, _unit, _attributes, value);
                _points[$"{_service}|{_metric}|{string.Join(',', _attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))}"] = point;
                break;
        }

        _part = "";
        _attributes = [];
        _fields = [];
        _links = [];
    }
}
