namespace Streaming.Telemetry;

/// <summary>One metric of the catalogue.</summary>
/// <param name="Name">As OpenTelemetry knows it.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Unit">In UCUM, as in <c>s</c>, <c>By</c>, <c>{record}</c>.</param>
/// <param name="Meaning">What is counted or measured.</param>
/// <param name="Attributes">The keys of its attributes.</param>
public sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, string Meaning, params IReadOnlyList<string> Attributes)
{
    /// <summary>The metric as the collector's Prometheus exporter spells it, without a histogram's suffixes.</summary>
    public string PrometheusName
    {
        get
        {
            var name = Name.Replace('.', '_') + Unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                "1" when Kind == MetricKind.Gauge => "_ratio",
                _ => "", // an annotation such as {record} is no unit
            };
            return Kind == MetricKind.Counter ? name + "_total" : name;
        }
    }
}

/// <summary>What a metric's values are.</summary>
public enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that grows and shrinks.</summary>
    UpDownCounter,

    /// <summary>A value of the moment.</summary>
    Gauge,

    /// <summary>A distribution.</summary>
    Histogram,
}
