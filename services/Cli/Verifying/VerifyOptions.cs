using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Cli.Replaying;
using Streaming.Features.Replay;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli.Verifying;

/// <summary>What a verification can be told.</summary>
internal sealed class VerifyOptions
{
    private readonly ChoiceOptions _choice = new();
    private readonly SkewOption _skew = new();
    private readonly ClusterOptions _cluster = new();
    private readonly Option<bool> _inHistory = new("--in-history") { Description = "Compares with what the history holds, in place of the topic feature.vectors. Backfills are left out: they were not served." };
    private readonly Option<int> _examples = new("--examples") { Description = "How many differences are shown whole, 0 to 1000.", DefaultValueFactory = _ => 10 };

    public ReplaySets Sets { get; } = new();

    public HistoryAccess History { get; } = new();

    public void AddTo(Command command)
    {
        _choice.AddTo(command);
        Sets.AddTo(command);
        command.Options.Add(_inHistory);
        command.Options.Add(_examples);
        _skew.AddTo(command);
        _cluster.AddTo(command);
        History.AddTo(command);
    }

    /// <exception cref="ConfigurationException">Something is wrong; every mistake is named.</exception>
    public VerifyAsked Read(ParseResult parsed)
    {
        var errors = new List<string>();
        var choice = _choice.Read(parsed, errors);
        var skew = _skew.Read(parsed, errors);
        if (parsed.GetValue(_examples) is < 0 or > 1000)
        {
            errors.Add($"--examples '{parsed.GetValue(_examples)}': must lie between 0 and 1000.");
        }

        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        var (kafka, registry) = _cluster.Read(parsed);
        return new VerifyAsked(choice, parsed.GetValue(_inHistory), parsed.GetValue(_examples), skew, kafka, registry);
    }
}

/// <summary>What a verification was told.</summary>
internal sealed record VerifyAsked(VectorChoice Choice, bool InHistory, int Examples, TimeSpan Skew, KafkaOptions Kafka, SchemaRegistryOptions Registry);
