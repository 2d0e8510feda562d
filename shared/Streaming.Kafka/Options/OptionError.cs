namespace Streaming.Kafka;

/// <summary>One broken rule of a configuration.</summary>
/// <param name="Key">The option's name, without its section.</param>
/// <param name="Value">What it was set to, as text; never a secret.</param>
/// <param name="Rule">What must hold.</param>
/// <param name="Remedy">What to do.</param>
public sealed record OptionError(string Key, string Value, string Rule, string Remedy)
{
    /// <summary>The error on one line, the key behind its section.</summary>
    /// <param name="section">For example <c>Kafka</c>.</param>
    public string Describe(string section) => $"{section}:{Key} is '{Value}': {Rule}. {Remedy}";
}
