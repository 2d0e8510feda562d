using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting;

/// <summary>Compares the keys of a section with the properties of its options: a misspelt key must not pass for its default.</summary>
internal static class OptionKeys
{
    /// <summary>A line for each key that no property has.</summary>
    public static IEnumerable<string> Unknown(Type options, IConfigurationSection section)
    {
        var known = Properties(options);
        foreach (var child in section.GetChildren())
        {
            if (!known.ContainsKey(child.Key))
            {
                var nearest = known.Keys.MinBy(name => Distance(name.ToUpperInvariant(), child.Key.ToUpperInvariant()));
                yield return $"{child.Path} = '{child.Value}': there is no such option; did you mean {section.Path}:{nearest}? Known are {string.Join(", ", known.Keys.Order())}.";
            }
        }
    }

    /// <summary>The keys whose values cannot be read as what the property holds.</summary>
    public static IEnumerable<(string Key, string Value, string Type)> Unreadable(Type options, IConfigurationSection section)
    {
        var known = Properties(options);
        foreach (var child in section.GetChildren())
        {
            if (child.Value is { } value && known.TryGetValue(child.Key, out var property) && !CanRead(property.PropertyType, value))
            {
                yield return (child.Path, value, Describe(property.PropertyType));
            }
        }
    }

    private static Dictionary<string, PropertyInfo> Properties(Type options) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite || typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    private static bool CanRead(Type type, string value)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string) || plain.IsGenericType || plain.IsArray)
        {
            return true;
        }

        try
        {
            return TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception reason) when (reason is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(TimeSpan) => "a time as hours:minutes:seconds",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(DateTimeOffset) => "a moment as 2000-01-01T00:00:00Z",
            _ when plain.IsEnum => $"one of {string.Join(", ", Enum.GetNames(plain))}",
            _ when plain == typeof(double) => "a number",
            _ => $"a whole number that fits {plain.Name}",
        };
    }

    // Levenshtein's distance: how many letters must be changed, added or taken away.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
