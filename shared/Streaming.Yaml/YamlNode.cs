namespace Streaming.Yaml;

/// <summary>A piece of a YAML file with the place where it begins.</summary>
/// <param name="line">From 1.</param>
/// <param name="column">From 1.</param>
public abstract class YamlNode(int line, int column)
{
    /// <summary>From 1.</summary>
    public int Line => line;

    /// <summary>From 1.</summary>
    public int Column => column;

    /// <summary>What kind of node it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A list of nodes.</summary>
public sealed class YamlSequence : YamlNode
{
    internal YamlSequence(int line, int column, IReadOnlyList<YamlNode> items)
        : base(line, column) => Items = items;

    /// <summary>The items, in the file's order.</summary>
    public IReadOnlyList<YamlNode> Items { get; }

    /// <inheritdoc/>
    public override string Kind => "a list";
}
