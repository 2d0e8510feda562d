using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;

namespace Streaming.Cli.Replaying;

/// <summary>What a replay can be told.</summary>
internal sealed class ReplayOptions
{
    private readonly ChoiceOptions _choice = new();
    private readonly Option<string?> _topic = new("--to-topic") { Description = "Writes the vectors to this topic; --prefix goes before its name. Its partitions are as many as those of sensor.readings." };
    private readonly Option<bool> _history = new("--into-history") { Description = "Keeps the vectors in the history, as a backfill." };
    private readonly Option<bool> _append = new("--append") { Description = "Writes to a topic that holds records already." };
    private readonly Option<double?> _rate = new("--rate") { Description = "Records of sensor.readings that are read a second, so that live work keeps its share of brokers and stores. Default: as fast as it goes." };
    private readonly Option<string?> _resume = new("--resume") { Description = "Goes on with this job where it stood. Of the other options only places (cluster, history), --definition and --rate may be said." };
    private readonly Option<string> _actor = new("--actor") { Description = "Who, for pipeline.jobs. Default: the user.", DefaultValueFactory = _ => Environment.UserName };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for pipeline.jobs.", DefaultValueFactory = _ => "" };

    public ReplaySets Sets { get; } = new();

    public HistoryAccess History { get; } = new();

    public ClusterOptions Cluster { get; } = new();

    /// <summary>How far clocks of devices may be ahead.</summary>
    public SkewOption Skew { get; } = new();

    public void AddTo(Command command)
    {
        _choice.AddTo(command);
        Sets.AddTo(command);
        foreach (var option in (Option[])[_topic, _history, _append, _rate, _resume, _actor, _reason])
        {
            command.Options.Add(option);
        }

        Skew.AddTo(command);
        Cluster.AddTo(command);
        History.AddTo(command);
    }

    /// <exception cref="ConfigurationException">Something is wrong; every mistake is named.</exception>
    public ReplayAsked Read(ParseResult parsed)
    {
        var errors = new List<string>();
        var (topic, history, resume) = (parsed.GetValue(_topic), parsed.GetValue(_history), parsed.GetValue(_resume));
        VectorChoice? choice = null;
        if (resume is null)
        {
            choice = _choice.Read(parsed, errors);
            if (topic is null == !history)
            {
                errors.Add("--to-topic or --into-history: one of the two says where the vectors go.");
            }
        }
        else if (_choice.AreGiven(parsed) || topic is not null || history)
        {
            errors.Add($"--resume '{resume}': the job knows its range, its entities and where its vectors go; leave these options out.");
        }

        if (parsed.GetValue(_rate) is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            errors.Add($"--rate '{rate}': must be above 0; leave it out for as fast as it goes.");
        }

        var skew = Skew.Read(parsed, errors);
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        var (kafka, registry) = Cluster.Read(parsed);
        return new ReplayAsked(this, resume, choice, topic, parsed.GetValue(_append), parsed.GetValue(_rate), parsed.GetValue(_actor)!, parsed.GetValue(_reason)!, skew, kafka, registry);
    }
}

/// <summary>What a replay was told.</summary>
internal sealed record ReplayAsked(
    ReplayOptions Options, string? Resume, VectorChoice? Choice, string? Topic, bool Append, double? Rate, string Actor, string Reason, TimeSpan Skew, KafkaOptions Kafka, SchemaRegistryOptions Registry);

/// <summary>The option that says how far event times may lie after their ingest times; where readings are looked for depends on it.</summary>
internal sealed class SkewOption
{
    private readonly Option<string?> _skew = new("--max-future-skew")
    {
        Description = "SensorIngest's Ingest:MaxFutureSkew, where it is not the default of 5m: how far the clocks of devices may be ahead.",
    };

    public void AddTo(Command command) => command.Options.Add(_skew);

    public TimeSpan Read(ParseResult parsed, List<string> errors)
    {
        if (parsed.GetValue(_skew) is not { } text)
        {
            return new IngestOptions().MaxFutureSkew;
        }

        if (!Duration.TryParse(text, out var length))
        {
            errors.Add($"--max-future-skew '{text}': must be a length of time, as 5m.");
        }

        return TimeSpan.FromMilliseconds(length);
    }
}
