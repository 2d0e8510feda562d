namespace Streaming.Yaml;

/// <summary>Collects all that is wrong in one file, so that its author sees everything at once.</summary>
/// <param name="file">The file as the user named it.</param>
public sealed class YamlProblems(string file)
{
    private readonly List<YamlProblem> _items = [];

    /// <summary>The file as the user named it.</summary>
    public string File => file;

    /// <summary>What was found so far, in the order of its finding.</summary>
    public IReadOnlyList<YamlProblem> Items => _items;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <summary>Keeps a problem at the place of a node.</summary>
    public void Add(YamlNode at, string message)
    {
        ArgumentNullException.ThrowIfNull(at);
        Add(at.Line, at.Column, message);
    }

    /// <summary>Keeps a problem at a line and column, both from 1.</summary>
    public void Add(int line, int column, string message) => _items.Add(new YamlProblem(file, line, column, message));
}
