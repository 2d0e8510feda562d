using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting.Tests.Configuration;

/// <summary>Configurations as a service finds them.</summary>
internal static class Settings
{
    /// <summary>A configuration with these keys, written with colons.</summary>
    public static ServiceConfiguration Of(params (string Key, string? Value)[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value)).Build());

    /// <summary>What is wrong with a configuration, as <see cref="ServiceConfiguration.Check"/> tells it; empty where nothing is.</summary>
    public static IReadOnlyList<string> Errors(ServiceConfiguration configuration)
    {
        try
        {
            configuration.Check();
            return [];
        }
        catch (ConfigurationException wrong)
        {
            return wrong.Errors;
        }
    }
}

/// <summary>Options of every shape that services have.</summary>
internal sealed class SampleOptions
{
    public const string Section = "Sample";

    public string Name { get; set; } = "unnamed";

    public int Count { get; set; } = 7;

    public int? Number { get; set; }

    public double Share { get; set; } = 0.5;

    public bool Enabled { get; set; }

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public DateTimeOffset Since { get; set; } = DateTimeOffset.UnixEpoch;

    public LogFormat Format { get; set; }

    public Dictionary<string, string> Client { get; } = [];

    public string Derived => Name + Count;

    public IEnumerable<string> Validate()
    {
        if (Name.Length == 0)
        {
            yield return $"{Section}:{nameof(Name)} is not set: must be a name; set Sample__Name.";
        }

        if (Count < 1)
        {
            yield return $"{Section}:{nameof(Count)} = '{Count}': must be 1 or more; the default is 7.";
        }

        if (Interval > TimeSpan.FromMinutes(Count))
        {
            yield return $"{Section}:{nameof(Interval)} = '{Interval}': must be at most a minute for each of {nameof(Count)}; the default is 00:00:01.";
        }
    }
}
