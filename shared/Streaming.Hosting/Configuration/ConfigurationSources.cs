using Microsoft.Extensions.Configuration;

namespace Streaming.Hosting;

/// <summary>Where a service's configuration comes from: <c>appsettings.json</c> beside the executable, over it the environment, over that the command line.</summary>
internal static class ConfigurationSources
{
    private const string File = "appsettings.json";

    /// <summary>Puts them together; an argument that is not <c>--Section:Key=value</c> is refused with whatever else is wrong.</summary>
    /// <exception cref="ConfigurationException">The file is no JSON.</exception>
    public static ServiceConfiguration Open(string directory, IReadOnlyList<string> arguments)
    {
        var (given, refused) = Parse(arguments);
        try
        {
            var configuration = new ServiceConfiguration(new ConfigurationBuilder()
                .SetBasePath(directory)
                .AddJsonFile(File, optional: true)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(given)
                .Build());
            refused.ForEach(configuration.Refuse);
            return configuration;
        }
        catch (InvalidDataException unreadable)
        {
            throw new ConfigurationException([
                .. refused,
                $"{Path.Combine(directory, File)}: must be JSON ({unreadable.InnerException?.Message ?? unreadable.Message}); correct it, or take it away to configure by the environment alone."]);
        }
    }

    private static (Dictionary<string, string?> Given, List<string> Refused) Parse(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var refused = new List<string>();
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (argument.StartsWith("--", StringComparison.Ordinal) && colon > 2 && equals > colon + 1)
            {
                given[argument[2..equals]] = argument[(equals + 1)..];
            }
            else
            {
                refused.Add($"argument '{(equals < 0 ? argument : argument[..equals])}': must be --Section:Key=value, for example --Worker:Ordinal=0; {ServiceHelp.Argument} tells what there is.");
            }
        }

        return (given, refused);
    }
}
