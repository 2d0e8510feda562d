using System.Text;

namespace Streaming.Avro.Generator;

/// <summary>C# source being written, with its indentation.</summary>
internal sealed class CodeText
{
    private readonly StringBuilder _text = new();
    private int _indentation;

    public CodeText Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _indentation * 4).Append(line);
        }

        _text.Append('\n');
        return this;
    }

    public CodeText Open(string line)
    {
        Line(line).Line("{");
        _indentation++;
        return this;
    }

    public CodeText Close(string end = "}")
    {
        _indentation--;
        return Line(end);
    }

    public CodeText Summary(string text) => Line("/// <summary>" + Escape(text) + "</summary>");

    public CodeText Parameter(string name, string text) => Line($"/// <param name=\"{name}\">" + Escape(text) + "</param>");

    public override string ToString() => _text.ToString();

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\n", " ");
}
