using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Streaming.Yaml;

namespace Streaming.Hosting;

/// <summary>Compares a section with the properties of its options: neither a misspelt key nor an unreadable value may pass for the default.</summary>
internal static class OptionKeys
{
    /// <summary>A line for each key that no property has. The key is the mistake; its value may be a secret, and is not shown.</summary>
    public static IEnumerable<string> Unknown(Type options, IConfigurationSection section)
    {
        var known = Properties(options);
        foreach (var child in section.GetChildren().Where(child => !known.ContainsKey(child.Key)))
        {
            var meant = Suggestion.Nearest(child.Key, known.Keys) is { } nearest ? $"; did you mean {section.Path}:{nearest}?" : ".";
            yield return $"{child.Path}: there is no such option{meant} Known are {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.";
        }

        foreach (var error in known.Values.Where(property => IsSection(property.PropertyType)).SelectMany(property => Unknown(property.PropertyType, section.GetSection(property.Name))))
        {
            yield return error;
        }
    }

    /// <summary>The keys whose values cannot be read as what the property holds.</summary>
    public static IEnumerable<UnreadableOption> Unreadable(Type options, IConfigurationSection section)
    {
        var known = Properties(options);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var property))
            {
                continue;
            }

            var nested = child.GetChildren().Any();
            if (IsSection(property.PropertyType) && nested)
            {
                foreach (var unreadable in Unreadable(property.PropertyType, child))
                {
                    yield return unreadable;
                }
            }
            else if (IsCollection(property.PropertyType) || IsSection(property.PropertyType))
            {
                if (!nested && !string.IsNullOrEmpty(child.Value))
                {
                    yield return new(child.Path, child.Value, $"keys of its own, as in {child.Path}:name = value");
                }
            }
            else if (nested)
            {
                yield return new(child.Path, string.Join(", ", child.GetChildren().Select(grandchild => grandchild.Key)), "one value, without keys of its own");
            }
            else if (child.Value is { } value && !CanRead(property.PropertyType, value))
            {
                yield return new(child.Path, value, Describe(property.PropertyType));
            }
        }
    }

    /// <summary>Every option of a section, those of sections within it behind their name.</summary>
    public static IEnumerable<KnownOption> All<T>(string section, Func<T, IEnumerable<string>> validate)
        where T : class, new() => All(section, new T(), [], validate);

    private static IEnumerable<KnownOption> All<T>(string section, object defaults, PropertyInfo[] within, Func<T, IEnumerable<string>> validate)
        where T : class, new() =>
        Properties(defaults.GetType()).Values.OrderBy(property => property.Name, StringComparer.Ordinal).SelectMany(property => property.PropertyType switch
        {
            var type when IsCollection(type) => [new KnownOption($"{section}:{property.Name}:name", "text", "", property, () => "")],
            var type when IsSection(type) => All($"{section}:{property.Name}", property.GetValue(defaults)!, [.. within, property], validate),
            var type => (IEnumerable<KnownOption>)[new KnownOption(
                $"{section}:{property.Name}", Describe(type), TextOf(property.GetValue(defaults)), property, () => OptionRule.Of($"{section}:{property.Name}", within, property, validate))],
        });

    private static string TextOf(object? value) => value is DateTimeOffset moment
        ? moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static Dictionary<string, PropertyInfo> Properties(Type options) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite || IsCollection(property.PropertyType) || IsSection(property.PropertyType))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    /// <summary>Whether a property holds options of its own.</summary>
    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && !IsCollection(type);

    private static bool CanRead(Type type, string value)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum)
        {
            return Enum.GetNames(plain).Contains(value, StringComparer.OrdinalIgnoreCase); // a number would be read as a member that may not exist
        }

        try
        {
            return plain == typeof(string) || TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(value) is not null;
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
            _ when plain == typeof(string) => "text",
            _ when plain == typeof(TimeSpan) => "a time as hours:minutes:seconds",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(DateTimeOffset) => "a moment as 2000-01-01T00:00:00Z",
            _ when plain.IsEnum => $"one of {string.Join(", ", Enum.GetNames(plain))}",
            _ when plain == typeof(double) => "a number",
            _ => $"a whole number that fits {plain.Name}",
        };
    }
}

/// <summary>A value that is not what its option holds.</summary>
/// <param name="Key">The key with its section.</param>
/// <param name="Value">What it is.</param>
/// <param name="Wanted">What it must be.</param>
internal readonly record struct UnreadableOption(string Key, string Value, string Wanted);
