using System.Globalization;

namespace Streaming.Yaml;

/// <summary>A single value: text, with the numbers and truths that it may stand for.</summary>
public sealed class YamlScalar : YamlNode
{
    internal YamlScalar(int line, int column, string text, bool isPlain)
        : base(line, column)
    {
        Text = text;
        IsPlain = isPlain;
    }

    /// <summary>The text as it stands, without quotes.</summary>
    public string Text { get; }

    /// <summary>Whether it stands without quotes; only then can it be null, a number or a truth.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether it is nothing, <c>null</c> or <c>~</c>.</summary>
    public bool IsNull => IsPlain && Text is "" or "null" or "~";

    /// <inheritdoc/>
    public override string Kind => "a value";

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
}
