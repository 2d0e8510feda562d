using System.Globalization;

namespace Streaming.Yaml;

/// <summary>A single value: text, with the numbers and truths that it may stand for.</summary>
public sealed class YamlScalar : YamlNode
{
    private readonly string _source;

    internal YamlScalar(int line, int column, string text, bool isPlain, string source)
        : base(line, column)
    {
        Text = text;
        IsPlain = isPlain;
        _source = source;
    }

    /// <summary>The text as it stands, without quotes.</summary>
    public string Text { get; }

    /// <summary>Whether it stands without quotes; only then can it be null, a number or a truth.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether it is nothing, <c>null</c> or <c>~</c>.</summary>
    public bool IsNull => IsPlain && Text is "" or "null" or "~";

    /// <inheritdoc/>
    public override string Kind => "a value";

    /// <summary>Where in the file a letter of the text stands, however the text is written: plain, in quotes, over several lines.</summary>
    /// <param name="at">Its position, from 0; the text's length for the place behind it.</param>
    /// <returns>Line and column, both from 1; where the text begins if it is written with escapes.</returns>
    public (int Line, int Column) PlaceOf(int at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)at, (uint)Text.Length, nameof(at));
        if (_source.StartsWith('"') && _source.Contains('\\', StringComparison.Ordinal))
        {
            return (Line, Column);
        }

        // White space is folded in some ways of writing; of all other letters the file has the same ones in the same order.
        var place = ContentStart();
        for (var letters = Text[..at].Count(letter => !char.IsWhiteSpace(letter)); letters > 0; letters--)
        {
            place = NextLetter(place) + 1;
            place += _source[0] == '\'' && _source[place - 1] == '\'' ? 1 : 0;
        }

        return PlaceInFile(string.IsNullOrWhiteSpace(Text[at..]) ? place : NextLetter(place));
    }

    /// <summary>Reads a whole number.</summary>
    public bool TryInteger(out long value)
    {
        value = 0;
        return IsPlain && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads a finite number.</summary>
    public bool TryNumber(out double value)
    {
        value = 0;
        return IsPlain && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    public bool TryTruth(out bool value)
    {
        value = Text == "true";
        return IsPlain && Text is "true" or "false";
    }

    private int ContentStart() => _source switch
    {
        ['\'' or '"', ..] => 1,
        ['|' or '>', ..] when !IsPlain => _source.IndexOf('\n', StringComparison.Ordinal) + 1,
        _ => 0,
    };

    private int NextLetter(int place)
    {
        while (place < _source.Length && char.IsWhiteSpace(_source[place]))
        {
            place++;
        }

        return place;
    }

    private (int Line, int Column) PlaceInFile(int place)
    {
        var before = _source.AsSpan(0, place);
        return before.LastIndexOf('\n') is >= 0 and var line ? (Line + before.Count('\n'), place - line) : (Line, Column + place);
    }
}
