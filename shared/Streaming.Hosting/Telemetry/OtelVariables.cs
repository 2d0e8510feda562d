using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting;

/// <summary>OpenTelemetry's own variables, as far as a service must know them itself; the others are read by OpenTelemetry.</summary>
public sealed class OtelVariables
{
    /// <summary>Where telemetry goes; nothing is sent where it is not set.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>How it is sent.</summary>
    public const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Which traces are kept.</summary>
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    /// <summary>The share of them.</summary>
    public const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>The share of readings that are followed where nothing else is said: one in a thousand.</summary>
    public const double DefaultRatio = 0.001;

    /// <summary>Every variable that a service heeds, by itself or through OpenTelemetry.</summary>
    public static IReadOnlyList<string> Names =>
    [
        Endpoint, Protocol, Sampler, SamplerArgument, Disabled, "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", .. Numbers, .. Signals.SelectMany(signal => new[] { $"OTEL_{signal}_EXPORTER", $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT" }),
    ];

    private const string Disabled = "OTEL_SDK_DISABLED";
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];
    private static readonly string[] Samplers = ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];
    private static readonly string[] Signals = ["TRACES", "METRICS", "LOGS"];
    private static readonly string[] Numbers =
    [
        "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BLRP_EXPORT_TIMEOUT", "OTEL_BLRP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "OTEL_EXPORTER_OTLP_TIMEOUT",
    ];

    private readonly IConfiguration _root;
    private readonly List<string> _errors = [];

    /// <summary>Reads the variables; what is wrong is in <see cref="Errors"/>.</summary>
    public OtelVariables(IConfiguration root)
    {
        _root = root;
        var isOff = bool.TryParse(Of(Disabled), out var disabled) && disabled;
        Traces = !isOff && Goes("TRACES");
        Metrics = !isOff && Goes("METRICS");
        Logs = !isOff && Goes("LOGS");
        foreach (var name in Numbers)
        {
            if (Of(name) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0))
            {
                _errors.Add($"{name} = '{text}': must be a whole number above 0; milliseconds where it is a time.");
            }
        }

        OneOf(Protocol, Protocols);
        var sampler = OneOf(Sampler, Samplers) ?? "parentbased_traceidratio";
        HonourParents = sampler.StartsWith("parentbased_", StringComparison.Ordinal);
        Ratio = sampler switch
        {
            _ when sampler.EndsWith("always_on", StringComparison.Ordinal) => 1,
            _ when sampler.EndsWith("always_off", StringComparison.Ordinal) => 0,
            _ => ReadRatio(),
        };
        Traces &= Ratio > 0 || HonourParents;
    }

    /// <summary>A line for each rule that is broken.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Whether spans are sent.</summary>
    public bool Traces { get; }

    /// <summary>Whether metrics are sent.</summary>
    public bool Metrics { get; }

    /// <summary>Whether logs are sent.</summary>
    public bool Logs { get; }

    /// <summary>The share of readings that are followed, of which nobody has said anything.</summary>
    public double Ratio { get; }

    /// <summary>Whether what a device or a caller chose is kept.</summary>
    public bool HonourParents { get; }

    /// <summary>The end point of one signal, where it has its own.</summary>
    internal Uri? OwnEndpoint(string signal) => Of($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { } text && Uri.TryCreate(text, UriKind.Absolute, out var own) ? own : null;

    private string? Of(string name) => _root[name] is { Length: > 0 } text ? text : null;

    private bool Goes(string signal)
    {
        var exporter = OneOf($"OTEL_{signal}_EXPORTER", ["otlp", "none"]);
        var own = $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";
        string[] set = [.. new[] { own, Endpoint }.Where(name => Of(name) is not null)];
        foreach (var name in set.Where(name => name == own || signal == Signals[0]))
        {
            if (!Uri.TryCreate(Of(name), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                _errors.Add($"{name} = '{Of(name)}': must be a URL such as http://127.0.0.1:4317.");
                return false;
            }
        }

        return exporter != "none" && set.Length > 0;
    }

    private string? OneOf(string name, string[] values)
    {
        if (Of(name) is not { } text)
        {
            return null;
        }

        if (values.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        _errors.Add($"{name} = '{text}': must be one of {string.Join(", ", values)}.");
        return null;
    }

    private double ReadRatio()
    {
        if (Of(SamplerArgument) is not { } text)
        {
            return DefaultRatio;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1)
        {
            return ratio;
        }

        _errors.Add($"{SamplerArgument} = '{text}': must be a number from 0 to 1, the share of readings that are followed; the default is {DefaultRatio.ToString(CultureInfo.InvariantCulture)}.");
        return DefaultRatio;
    }
}
