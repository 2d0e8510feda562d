using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Streaming.Yaml;

/// <summary>
/// Named nodes. The readers below give a default and keep a problem where a field is not as it should be, so that reading goes on;
/// <see cref="RefuseUnknown"/> at the end refuses every field that none of them asked for.
/// </summary>
public sealed class YamlMapping : YamlNode
{
    private readonly YamlProblems _problems;
    private readonly Dictionary<string, (YamlScalar Key, YamlNode Value)> _fields;
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    internal YamlMapping(int line, int column, Dictionary<string, (YamlScalar Key, YamlNode Value)> fields, YamlProblems problems)
        : base(line, column)
    {
        _fields = fields;
        _problems = problems;
    }

    /// <inheritdoc/>
    public override string Kind => "a mapping";

    /// <summary>The names with their nodes, in the file's order; what is null is among them.</summary>
    public IEnumerable<(YamlScalar Key, YamlNode Value)> Fields => _fields.Values;

    /// <summary>The node under a name; null where there is none or it is null.</summary>
    public YamlNode? Find(string name)
    {
        _known.Add(name);
        return _fields.TryGetValue(name, out var field) && field.Value is not YamlScalar { IsNull: true } ? field.Value : null;
    }

    /// <summary>A field that must be there, as text. It may not be empty.</summary>
    public string Text(string name) => Required(name) is { } node ? AsText(name, node) : "";

    /// <summary>A field that may be left out, as text.</summary>
    public string? OptionalText(string name) => Find(name) is { } node ? AsText(name, node) : null;

    /// <summary>A field that must be there, as a whole number within bounds.</summary>
    public long Integer(string name, long min = long.MinValue, long max = long.MaxValue) =>
        Required(name) is { } node ? AsInteger(name, node, min, max) : Math.Max(min, 0);

    /// <summary>A field that may be left out, as a whole number within bounds.</summary>
    public long? OptionalInteger(string name, long min = long.MinValue, long max = long.MaxValue) =>
        Find(name) is { } node ? AsInteger(name, node, min, max) : null;

    /// <summary>A field that may be left out, as a finite number within bounds.</summary>
    public double? OptionalNumber(string name, double min = double.MinValue, double max = double.MaxValue)
    {
        if (Find(name) is not { } node)
        {
            return null;
        }

        if (node is YamlScalar scalar && scalar.TryNumber(out var value) && value >= min && value <= max)
        {
            return value;
        }

        _problems.Add(node, $"'{name}' is {Shown(node)}; it must be a number{Between(min != double.MinValue, min, max != double.MaxValue, max)}");
        return null;
    }

    /// <summary>A field that may be left out, as <c>true</c> or <c>false</c>.</summary>
    public bool? OptionalTruth(string name)
    {
        if (Find(name) is not { } node)
        {
            return null;
        }

        if (node is YamlScalar scalar && scalar.TryTruth(out var value))
        {
            return value;
        }

        _problems.Add(node, $"'{name}' is {Shown(node)}; it must be true or false");
        return null;
    }

    /// <summary>A field that must be there, as one of some words.</summary>
    /// <returns>What the word stands for; the first one's where there is a problem.</returns>
    public T Choice<T>(string name, params ReadOnlySpan<(string Word, T Value)> words) => Required(name) is { } node ? AsChoice(name, node, words) : words[0].Value;

    /// <summary>A field that may be left out, as one of some words.</summary>
    /// <returns>What the word stands for; the first one's where the field is left out or there is a problem.</returns>
    public T OptionalChoice<T>(string name, params ReadOnlySpan<(string Word, T Value)> words) => Find(name) is { } node ? AsChoice(name, node, words) : words[0].Value;

    /// <summary>A field that must be there, as a mapping.</summary>
    /// <returns>Null where there is a problem.</returns>
    public YamlMapping? Mapping(string name) => Required(name) is { } node ? As<YamlMapping>(name, node, "a mapping") : null;

    /// <summary>A field that may be left out, as a mapping.</summary>
    public YamlMapping? OptionalMapping(string name) => Find(name) is { } node ? As<YamlMapping>(name, node, "a mapping") : null;

    /// <summary>A field that must be there, as a list.</summary>
    /// <returns>Empty where there is a problem.</returns>
    public IReadOnlyList<YamlNode> Items(string name) => Required(name) is { } node && As<YamlSequence>(name, node, "a list") is { } list ? list.Items : [];

    /// <summary>A field that may be left out, as a list; empty where it is.</summary>
    public IReadOnlyList<YamlNode> OptionalItems(string name) => Find(name) is { } node && As<YamlSequence>(name, node, "a list") is { } list ? list.Items : [];

    /// <summary>A field that may be left out, as a list of mappings; empty where it is.</summary>
    public IReadOnlyList<YamlMapping> OptionalMappings(string name) =>
        OptionalItems(name).Select(item => As<YamlMapping>(name, item, "a list of mappings")).OfType<YamlMapping>().ToList();

    /// <summary>A field that may be left out, as a list of texts; empty where it is.</summary>
    public IReadOnlyList<string> OptionalTexts(string name) => OptionalItems(name).Select(item => AsText(name, item)).ToList();

    /// <summary>Refuses every field that was not asked for. Call it last.</summary>
    public void RefuseUnknown()
    {
        foreach (var (key, _) in _fields.Values)
        {
            if (!_known.Contains(key.Text))
            {
                _problems.Add(key, $"unknown field '{key.Text}'; the fields here are {string.Join(", ", _known)}.{Suggestion.For(key.Text, _known)}");
            }
        }
    }

    /// <summary>Keeps a problem at a field's value, or at the mapping where the field is left out.</summary>
    public void Problem(string name, string message) => _problems.Add(_fields.TryGetValue(name, out var field) ? field.Value : this, message);

    private static string Shown(YamlNode node) => node is YamlScalar scalar ? $"'{scalar.Text}'" : node.Kind;

    private static string Between<T>(bool hasMin, T min, bool hasMax, T max)
        where T : IFormattable =>
        (hasMin, hasMax) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {min} to {max}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {min}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at most {max}"),
            _ => "",
        };

    private YamlNode? Required(string name)
    {
        var node = Find(name);
        if (node is null)
        {
            Problem(name, $"'{name}' is missing");
        }

        return node;
    }

    private string AsText(string name, YamlNode node)
    {
        if (node is YamlScalar { Text.Length: > 0 } scalar)
        {
            return scalar.Text;
        }

        _problems.Add(node, $"'{name}' is {(node is YamlScalar ? "empty" : node.Kind)}; it must be a text");
        return "";
    }

    private long AsInteger(string name, YamlNode node, long min, long max)
    {
        if (node is YamlScalar scalar && scalar.TryInteger(out var value) && value >= min && value <= max)
        {
            return value;
        }

        _problems.Add(node, $"'{name}' is {Shown(node)}; it must be a whole number{Between(min != long.MinValue, min, max != long.MaxValue, max)}");
        return Math.Max(min, 0);
    }

    private T AsChoice<T>(string name, YamlNode node, ReadOnlySpan<(string Word, T Value)> words)
    {
        var known = new List<string>();
        foreach (var (word, value) in words)
        {
            if (node is YamlScalar scalar && scalar.Text == word)
            {
                return value;
            }

            known.Add(word);
        }

        _problems.Add(node, $"'{name}' is {Shown(node)}; it must be one of {string.Join(", ", known)}.{(node is YamlScalar wrong ? Suggestion.For(wrong.Text, known) : "")}");
        return words[0].Value;
    }

    [return: MaybeNull]
    private T As<T>(string name, YamlNode node, string wanted)
        where T : YamlNode
    {
        if (node is T found)
        {
            return found;
        }

        _problems.Add(node, $"'{name}' is {Shown(node)}; it must be {wanted}");
        return null;
    }
}
