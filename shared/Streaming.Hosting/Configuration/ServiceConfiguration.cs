using System.Reflection;
using Microsoft.Extensions.Configuration;
using Streaming.Yaml;

namespace Streaming.Hosting;

/// <summary>
/// Reads options from the configuration and gathers what is wrong with them, so that a service names every mistake at once. Keys are written
/// with colons in files and with double underscores in the environment: <c>Kafka:BootstrapServers</c>, <c>Kafka__BootstrapServers</c>.
/// </summary>
/// <param name="root">Files, environment and command line, the last one first.</param>
public sealed class ServiceConfiguration(IConfiguration root)
{
    private readonly List<string> _errors = [];
    private readonly List<string> _sections = [];
    private readonly List<KnownOption> _options = [];

    /// <summary>The configuration as it is.</summary>
    public IConfiguration Root { get; } = root;

    /// <summary>Every option of the sections that were read, in their order.</summary>
    internal IReadOnlyList<KnownOption> Options => _options;

    /// <summary>Reads a section.</summary>
    /// <typeparam name="T">The options, with their defaults.</typeparam>
    /// <param name="section">The section's name.</param>
    /// <param name="validate">Gives a line for each rule that is broken, which begins with the section, a colon and the key.</param>
    /// <returns>The options, the default where a value cannot be read; not to be used before <see cref="Check"/>.</returns>
    public T Read<T>(string section, Func<T, IEnumerable<string>> validate)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(validate);
        _sections.Add(section);
        _options.AddRange(OptionKeys.All(section, validate));
        var found = Root.GetSection(section);
        _errors.AddRange(OptionKeys.Unknown(typeof(T), found));
        var unreadable = OptionKeys.Unreadable(typeof(T), found).ToArray();
        _errors.AddRange(unreadable.Select(option => $"{option.Key} = '{option.Value}': must be {option.Wanted}; write it so, or take the key away for the default."));

        // What can be read is checked at once with what cannot; a key that is wrong already is not named twice.
        var options = new T();
        Without(found, unreadable).Bind(options);
        _errors.AddRange(validate(options).Where(error => !unreadable.Any(option => error.StartsWith(option.Key + " ", StringComparison.OrdinalIgnoreCase))));
        return options;
    }

    /// <summary>Adds what is wrong across sections.</summary>
    public void Refuse(string error) => _errors.Add(error);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ConfigurationException">Something is wrong.</exception>
    public void Check()
    {
        string[] errors = [.. _errors, .. MisspeltSections()];
        if (errors.Length > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    // The environment holds much that is not ours, so only a section that is nearly one of ours is refused.
    private IEnumerable<string> MisspeltSections() =>
        from section in Root.GetChildren()
        where section.GetChildren().Any() && !_sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase)
        let meant = Suggestion.Nearest(section.Key, _sections)
        where meant is not null
        select $"{section.Key}:{section.GetChildren().First().Key}: there is no section {section.Key}; did you mean {meant}?";

    private static IConfiguration Without(IConfigurationSection section, UnreadableOption[] unreadable) =>
        unreadable.Length == 0
            ? section
            : new ConfigurationBuilder()
                .AddInMemoryCollection(section.AsEnumerable()
                    .Where(pair => !unreadable.Any(option => pair.Key.Equals(option.Key, StringComparison.OrdinalIgnoreCase)
                        || pair.Key.StartsWith(option.Key + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase))))
                .Build()
                .GetSection(section.Path);
}

/// <summary>An option of a service.</summary>
/// <param name="Key">The key with its section.</param>
/// <param name="Holds">What it holds.</param>
/// <param name="Default">Its default; empty where there is none.</param>
/// <param name="Property">Where it is declared.</param>
/// <param name="Rule">Says what it must be.</param>
internal readonly record struct KnownOption(string Key, string Holds, string Default, PropertyInfo Property, Func<string> Rule);
