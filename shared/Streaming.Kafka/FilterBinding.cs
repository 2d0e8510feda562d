using Streaming.Pipes;
using Streaming.Telemetry;

namespace Streaming.Kafka;

/// <summary>A filter and the pipes it is bound to. One binding makes one worker thread; a filter instance is never shared.</summary>
public sealed record FilterBinding
{
    /// <summary>Who the worker is; the service's name is also the stage in dead letters.</summary>
    public required WorkerIdentity Identity { get; init; }

    /// <summary>The consumer group, in full.</summary>
    public required string Group { get; init; }

    /// <summary>The input topics, in full, in the order in which the filter counts them. A stateful filter has exactly one.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The output topics in the order in which the filter counts them.</summary>
    public IReadOnlyList<OutputTopic> Outputs { get; init; } = [];

    /// <summary>Where refused records go, with the schema id of DeadLetter there.</summary>
    public required OutputTopic DeadLetters { get; init; }

    /// <summary>Where a stateful filter's state is kept, with the schema id of its records there: as many partitions as the input. Required
    /// for an <see cref="IStatefulFilter"/>, refused for others.</summary>
    public OutputTopic? State { get; init; }

    /// <summary>The filter. An <see cref="IStatefulFilter"/> gets state, an <see cref="ISink"/> is waited for before offsets are committed.</summary>
    public required IFilter Filter { get; init; }

    /// <summary>Holds back records that are not ready, or null for none.</summary>
    public IReadinessGate? Gate { get; init; }

    /// <summary>Which records this worker begins to follow, as the first of the chain. Null: it follows those that come with a sampled context.</summary>
    public TraceSampling? Sampling { get; init; }

    /// <summary>What is wrong with the binding itself, before any broker is asked; empty where nothing is.</summary>
    public IReadOnlyList<OptionError> Validate()
    {
        var errors = new List<OptionError>();
        if (Inputs.Count == 0)
        {
            errors.Add(new(nameof(Inputs), "", "a worker reads at least one topic", "Name the input topics"));
        }

        if (Filter is IStatefulFilter != State is not null)
        {
            errors.Add(new(nameof(State), State?.Name ?? "", "a stateful filter has a state topic, and only such a filter", "Name one, or take it away"));
        }

        if (Filter is IStatefulFilter && Inputs.Count > 1)
        {
            errors.Add(new(nameof(Inputs), string.Join(", ", Inputs), "a stateful filter reads one topic, since its state is kept by that topic's partitions", "Merge the inputs into one topic first"));
        }

        if (Filter is IStatefulFilter and ISink)
        {
            errors.Add(new(nameof(Filter), Filter.GetType().Name, "a filter is stateful or a sink, not both", "Keep the sink's state in its store"));
        }

        return errors;
    }
}

/// <summary>A topic that a worker writes.</summary>
/// <param name="Name">The topic, in full.</param>
/// <param name="SchemaId">The registered id that its values are framed with; 0 where the filter frames them by itself.</param>
public sealed record OutputTopic(string Name, int SchemaId);
