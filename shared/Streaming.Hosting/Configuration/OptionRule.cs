using System.Reflection;

namespace Streaming.Hosting;

/// <summary>What an option must be, in the words of its own validation: it is asked with values that break the rule.</summary>
internal static class OptionRule
{
    private static readonly object[] Numbers = [-1, int.MaxValue, 0, int.MinValue];
    private static readonly object[] Shares = [-1.0, double.NaN];
    private static readonly object[] Times = [TimeSpan.FromSeconds(-1), TimeSpan.FromDays(10_000), TimeSpan.Zero];
    private static readonly object[] Moments = [DateTimeOffset.MinValue];
    private static readonly object[] Texts = ["", "no such thing \0/", "a:b c"];

    /// <summary>The rule; empty where every value that can be read is right.</summary>
    /// <param name="key">The option's key with its sections.</param>
    /// <param name="within">The sections within the section in which it is.</param>
    /// <param name="property">The option.</param>
    /// <param name="validate">The validation of its section.</param>
    public static string Of<T>(string key, IReadOnlyList<PropertyInfo> within, PropertyInfo property, Func<T, IEnumerable<string>> validate)
        where T : class, new()
    {
        foreach (var wrong in WrongValues(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
        {
            var options = new T();
            property.SetValue(within.Aggregate((object)options, (owner, section) => section.GetValue(owner)!), wrong);
            if (validate(options).FirstOrDefault(error => error.StartsWith(key + " ", StringComparison.Ordinal)) is { } error)
            {
                return RuleIn(error);
            }
        }

        return "";
    }

    private static IEnumerable<object> WrongValues(Type type) =>
        type == typeof(int) ? Numbers
        : type == typeof(long) ? Numbers.Select(number => (object)(long)(int)number).Append(long.MaxValue)
        : type == typeof(double) ? Shares
        : type == typeof(TimeSpan) ? Times
        : type == typeof(DateTimeOffset) ? Moments
        : type == typeof(string) ? Texts
        : [];

    // "Section:Key = 'value': rule; what to do." or "Section:Key is not set: rule; what to do."
    private static string RuleIn(string error)
    {
        var begin = error.IndexOf("': ", StringComparison.Ordinal) is >= 0 and var quoted ? quoted + 3 : error.IndexOf(": ", StringComparison.Ordinal) + 2;
        var rule = error[begin..];
        var ends = new[] { rule.IndexOf("; ", StringComparison.Ordinal), rule.IndexOf(". ", StringComparison.Ordinal) }.Where(end => end > 0).DefaultIfEmpty(rule.Length).Min();
        return rule[..ends].TrimEnd('.');
    }
}
