namespace Streaming.Kafka;

/// <summary>The worker's topics as they were found at its start.</summary>
internal sealed class WorkerTopics
{
    /// <summary>Place of the dead letters among the attendant records.</summary>
    public const int DeadLetters = 0;

    /// <summary>Place of the state among the attendant records.</summary>
    public const int State = 1;

    private WorkerTopics(FilterTopics ofFilter, OutputRoute outputs, OutputRoute attendant)
    {
        OfFilter = ofFilter;
        Outputs = outputs;
        Attendant = attendant;
    }

    public FilterTopics OfFilter { get; }

    /// <summary>Where results go.</summary>
    public OutputRoute Outputs { get; }

    /// <summary>Where dead letters and state go.</summary>
    public OutputRoute Attendant { get; }

    /// <summary>Partitions of an input topic.</summary>
    public int CountOf(int input) => OfFilter.Inputs[input].Partitions;

    /// <summary>Every topic of a binding.</summary>
    public static IReadOnlyList<string> NamesOf(FilterBinding binding)
    {
        var names = binding.Inputs.Concat(binding.Outputs.Select(topic => topic.Name)).Append(binding.DeadLetters.Name);
        return [.. (binding.State is { } state ? names.Append(state.Name) : names).Distinct()];
    }

    /// <summary>The topics of a binding, by the partitions that they have.</summary>
    /// <exception cref="WorkerException">They do not fit together.</exception>
    public static WorkerTopics Make(FilterBinding binding, KafkaOptions options, IReadOnlyDictionary<string, int> counts)
    {
        TopicShape Shape(OutputTopic topic) => new(topic.Name, counts[topic.Name], topic.SchemaId);
        var inputs = binding.Inputs.Select(name => new TopicShape(name, counts[name], 0)).ToArray();
        var outputs = binding.Outputs.Select(Shape).ToArray();
        var attendant = new List<TopicShape> { Shape(binding.DeadLetters) };
        if (binding.State is { } state)
        {
            attendant.Add(Shape(state));
            if (counts[state.Name] != inputs[0].Partitions)
            {
                throw new WorkerException(FailureKind.Configuration,
                    $"{state.Name} has {counts[state.Name]} partitions and {inputs[0].Name} has {inputs[0].Partitions}: state is kept partition by partition. Make both with the same count");
            }
        }

        return new WorkerTopics(new FilterTopics(inputs, outputs), new OutputRoute(outputs, options.MaxRecordBytes), new OutputRoute(attendant, options.MaxDeadLetterBytes));
    }
}
