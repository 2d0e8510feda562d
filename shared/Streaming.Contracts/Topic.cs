using Streaming.Avro;
using Streaming.Avro.Registry;

namespace Streaming.Contracts;

/// <summary>A topic as the contract has it: what is in it and how it must be set up.</summary>
public sealed class Topic
{
    /// <summary>The name without a prefix. <see cref="TopicNames"/> gives the full one.</summary>
    public required string Name { get; init; }

    /// <summary>The schema of its values. Registered under the full name and <c>-value</c>.</summary>
    public required AvroSchema Schema { get; init; }

    /// <summary>The record or union of its values, as its C# type is called.</summary>
    public required string Record { get; init; }

    /// <summary>What a key is, in words.</summary>
    public required string Key { get; init; }

    /// <summary>Who writes it, in words.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>Who reads it, in words.</summary>
    public required string ReadBy { get; init; }

    /// <summary>How many partitions it has, relative to the others.</summary>
    public required TopicPartitions Partitions { get; init; }

    /// <summary>What a new version of its schema must be able to do.</summary>
    public required CompatibilityLevel Compatibility { get; init; }

    /// <summary>Whether it is ours alone: its content may change between versions in any way that its level allows.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Settings by Kafka's names.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }
}

/// <summary>How many partitions a topic has.</summary>
public enum TopicPartitions
{
    /// <summary>As many as every other topic whose partitions follow the entity: partition n of one is the same entities as partition n of another.</summary>
    Entity,

    /// <summary>As many as wanted.</summary>
    Any,

    /// <summary>One: the order of all its records counts, and they are few.</summary>
    One,
}
