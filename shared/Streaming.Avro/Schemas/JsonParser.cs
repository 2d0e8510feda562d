using System.Collections.Generic;
using System.Text;

namespace Streaming.Avro;

/// <summary>Reads a JSON text: strict, bounded in depth, no name twice in an object.</summary>
internal sealed class JsonParser
{
    private const int MaxDepth = 128;

    private readonly string _text;
    private int _position;
    private int _line = 1;
    private int _lineStart;
    private int _depth;

    private JsonParser(string text) => _text = text;

    /// <exception cref="AvroSchemaException">The text is not JSON.</exception>
    public static JsonValue Parse(string text)
    {
        var parser = new JsonParser(text);
        var value = parser.ReadValue();
        parser.SkipSpace();
        return parser._position == text.Length ? value : throw parser.Fault("nothing may follow the JSON value");
    }

    private JsonValue ReadValue()
    {
        SkipSpace();
        if (_position == _text.Length)
        {
            throw Fault("the JSON text ends where a value is expected");
        }

        if (++_depth > MaxDepth)
        {
            throw Fault($"JSON may be nested {MaxDepth} deep at most");
        }

        var value = _text[_position] switch
        {
            '{' => ReadObject(),
            '[' => ReadArray(),
            '"' => ReadStringValue(),
            't' => ReadWord("true", JsonKind.True),
            'f' => ReadWord("false", JsonKind.False),
            'n' => ReadWord("null", JsonKind.Null),
            _ => ReadNumber(),
        };
        _depth--;
        return value;
    }

    private JsonValue ReadObject()
    {
        var (line, column) = Here();
        var members = new List<KeyValuePair<string, JsonValue>>();
        var names = new HashSet<string>();
        _position++;
        if (!TryTake('}'))
        {
            do
            {
                SkipSpace();
                if (_position == _text.Length || _text[_position] != '"')
                {
                    throw Fault("a member of a JSON object begins with its name in quotes");
                }

                var fault = Fault("a JSON object may have a name only once");
                var name = ReadString();
                if (!names.Add(name))
                {
                    throw fault;
                }

                Take(':');
                members.Add(new KeyValuePair<string, JsonValue>(name, ReadValue()));
            }
            while (TryTake(','));
            Take('}');
        }

        return new JsonValue(JsonKind.Object, line, column, members: members);
    }

    private JsonValue ReadArray()
    {
        var (line, column) = Here();
        var items = new List<JsonValue>();
        _position++;
        if (!TryTake(']'))
        {
            do
            {
                items.Add(ReadValue());
            }
            while (TryTake(','));
            Take(']');
        }

        return new JsonValue(JsonKind.Array, line, column, items: items);
    }

    private JsonValue ReadStringValue()
    {
        var (line, column) = Here();
        return new JsonValue(JsonKind.String, line, column, ReadString());
    }

    private string ReadString()
    {
        var result = new StringBuilder();
        _position++;
        while (true)
        {
            if (_position == _text.Length || _text[_position] < ' ')
            {
                throw Fault("a JSON string ends with a quote, on its line");
            }

            var next = _text[_position++];
            if (next == '"')
            {
                return result.ToString();
            }

            result.Append(next == '\\' ? ReadEscape() : next);
        }
    }

    private char ReadEscape()
    {
        var kind = _position < _text.Length ? _text[_position++] : ' ';
        switch (kind)
        {
            case '"' or '\\' or '/':
                return kind;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return ReadHexadecimal();
            default:
                throw Fault("an unknown escape in a JSON string");
        }
    }

    private char ReadHexadecimal()
    {
        var code = 0;
        for (var i = 0; i < 4; i++)
        {
            var digit = _position < _text.Length ? "0123456789abcdef".IndexOf(char.ToLowerInvariant(_text[_position++])) : -1;
            code = digit >= 0 ? (code * 16) + digit : throw Fault("\\u is followed by four hexadecimal digits");
        }

        return (char)code;
    }

    private JsonValue ReadWord(string word, JsonKind kind)
    {
        if (string.CompareOrdinal(_text, _position, word, 0, word.Length) != 0)
        {
            throw Fault("a JSON value is expected");
        }

        var (line, column) = Here();
        _position += word.Length;
        return new JsonValue(kind, line, column, word);
    }

    private JsonValue ReadNumber()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsDigit(_text[_position]) || _text[_position] is '-' or '+' or '.' or 'e' or 'E'))
        {
            _position++;
        }

        var (line, column) = (_line, start - _lineStart + 1);
        var number = new JsonValue(JsonKind.Number, line, column, _text.Substring(start, _position - start));
        var digits = number.Text.TrimStart('-');
        var isStrict = digits.Length > 0 && char.IsDigit(digits[0]) && !(digits.Length > 1 && digits[0] == '0' && char.IsDigit(digits[1]));
        return isStrict && number.TryGetDouble(out _) ? number : throw number.Fault("a JSON value is expected");
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && _text[_position] is (' ' or '\t' or '\r' or '\n'))
        {
            if (_text[_position++] == '\n')
            {
                _line++;
                _lineStart = _position;
            }
        }
    }

    private bool TryTake(char expected)
    {
        SkipSpace();
        if (_position < _text.Length && _text[_position] == expected)
        {
            _position++;
            return true;
        }

        return false;
    }

    private void Take(char expected)
    {
        if (!TryTake(expected))
        {
            throw Fault($"'{expected}' is expected");
        }
    }

    private (int Line, int Column) Here() => (_line, _position - _lineStart + 1);

    private AvroSchemaException Fault(string message) => new(message, _line, _position - _lineStart + 1);
}
