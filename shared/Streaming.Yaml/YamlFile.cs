using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Streaming.Yaml;

/// <summary>Reads a YAML text into nodes that know their place. Anchors, aliases, tags and merge keys are refused: a definition says what it means where it stands.</summary>
public static class YamlFile
{
    private const int MaxDepth = 32;

    /// <summary>Reads a text whose root is a mapping.</summary>
    /// <param name="text">The file's text: one document.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>The root; null where there is none to read on with.</returns>
    public static YamlMapping? Parse(string text, YamlProblems problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                problems.Add(1, 1, "the file is empty");
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Read(parser, text, problems, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                problems.Add((int)parser.Current!.Start.Line, (int)parser.Current.Start.Column, "a second document begins here; the file must hold one");
            }

            if (root is YamlMapping mapping)
            {
                return mapping;
            }

            problems.Add(root, $"the file holds {root.Kind}; it must hold a mapping of names to values");
        }
        catch (YamlException fault)
        {
            problems.Add((int)fault.Start.Line, (int)fault.Start.Column, $"not YAML: {fault.Message}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // What the parser gives for some texts that end or turn where it does not expect it.
            problems.Add((int)(parser.Current?.End.Line ?? 1), (int)(parser.Current?.End.Column ?? 1), "not YAML after this place: a bracket, quote or indentation is wrong");
        }

        return null;
    }

    private static YamlNode Read(Parser parser, string text, YamlProblems problems, int depth)
    {
        var next = parser.Current!;
        var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
        if (depth > MaxDepth)
        {
            throw new YamlException(next.Start, next.End, $"deeper than {MaxDepth} levels");
        }

        if (next is AnchorAlias || next is NodeEvent { Anchor.IsEmpty: false } || next is NodeEvent { Tag.IsEmpty: false })
        {
            throw new YamlException(next.Start, next.End, "anchors, aliases and tags are not allowed here; write the value out");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain, text[(int)scalar.Start.Index..(int)scalar.End.Index]);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Read(parser, text, problems, depth + 1));
            }

            return new YamlSequence(line, column, items);
        }

        parser.Consume<MappingStart>();
        var fields = new Dictionary<string, (YamlScalar, YamlNode)>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = Read(parser, text, problems, depth + 1);
            var value = Read(parser, text, problems, depth + 1);
            if (name is not YamlScalar key)
            {
                problems.Add(name, $"a name is {name.Kind}; it must be a text");
            }
            else if (!fields.TryAdd(key.Text, (key, value)))
            {
                problems.Add(key, $"'{key.Text}' stands twice; leave one");
            }
        }

        return new YamlMapping(line, column, fields, problems);
    }
}
