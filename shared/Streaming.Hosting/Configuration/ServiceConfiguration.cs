using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting;

/// <summary>
/// Reads options from the configuration and gathers what is wrong with them, so that a service names every mistake at once. Keys are written
/// with colons in files and with double underscores in the environment: <c>Kafka:BootstrapServers</c>, <c>Kafka__BootstrapServers</c>.
/// </summary>
/// <param name="root">Files, environment and command line, the last one first.</param>
public sealed class ServiceConfiguration(IConfiguration root)
{
    private readonly List<string> _errors = [];

    /// <summary>The configuration as it is.</summary>
    public IConfiguration Root { get; } = root;

    /// <summary>Reads a section.</summary>
    /// <typeparam name="T">The options, with their defaults.</typeparam>
    /// <param name="section">The section's name.</param>
    /// <param name="validate">Gives a line for each rule that is broken.</param>
    /// <returns>The options; not to be used before <see cref="Check"/>.</returns>
    public T Read<T>(string section, Func<T, IEnumerable<string>> validate)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(validate);
        var options = new T();
        var found = Root.GetSection(section);
        var before = _errors.Count;
        _errors.AddRange(OptionKeys.Unknown(typeof(T), found));
        foreach (var (key, value, type) in OptionKeys.Unreadable(typeof(T), found))
        {
            _errors.Add($"{key} = '{value}': must be {type}; write it so, or take the key away for the default.");
        }

        if (_errors.Count == before)
        {
            found.Bind(options);
            _errors.AddRange(validate(options));
        }

        return options;
    }

    /// <summary>Adds what is wrong across sections.</summary>
    public void Refuse(string error) => _errors.Add(error);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ConfigurationException">Something is wrong.</exception>
    public void Check()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigurationException([.. _errors]);
        }
    }
}
