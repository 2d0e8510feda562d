using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Streaming.FeatureAssembly;
using Streaming.Gateway;
using Streaming.MonitoringSink;
using Streaming.ScoringAgent;
using Streaming.SensorIngest;
using Streaming.Testing;

namespace Streaming.Hosting.Tests.Configuration;

/// <summary>docs/CONFIGURATION.md is made from the options themselves: their keys, types, defaults, the rules that their validation tells, and their documentation.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly (string Service, OpenRoom Open)[] Services =
    [
        ("SensorIngest", SensorIngestRoom.Open), ("FeatureAssembly", FeatureAssemblyRoom.Open), ("ScoringAgent", ScoringAgentRoom.Open), ("MonitoringSink", MonitoringSinkRoom.Open), ("Gateway", GatewayRoom.Open),
    ];

    private static readonly Lazy<string[]> Sources = new(() =>
    [
        .. new[] { "shared", "services" }.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*Options.cs", SearchOption.AllDirectories)),
    ]);

    [Fact]
    public async Task The_page_is_what_the_options_say() => GeneratedPart.Check("docs/CONFIGURATION.md", "options", await PageAsync());

    [Fact]
    public async Task Every_number_and_time_tells_its_rule()
    {
        foreach (var (_, open) in Services)
        {
            foreach (var option in await ServiceHelp.OptionsAsync(open))
            {
                var type = Nullable.GetUnderlyingType(option.Property.PropertyType) ?? option.Property.PropertyType;
                Assert.True(type == typeof(string) || type == typeof(bool) || type.IsEnum || option.Key.EndsWith(":name", StringComparison.Ordinal) || option.Rule().Length > 0, $"{option.Key} has no rule");
            }
        }
    }

    private static async Task<string> PageAsync()
    {
        var sections = new List<(string Section, List<string> Services, List<KnownOption> Options)>();
        foreach (var (service, open) in Services)
        {
            foreach (var group in (await ServiceHelp.OptionsAsync(open)).GroupBy(option => option.Key.Split(':')[0]))
            {
                if (sections.Find(known => known.Section == group.Key) is { Services: { } services })
                {
                    services.Add(service);
                }
                else
                {
                    sections.Add((group.Key, [service], [.. group]));
                }
            }
        }

        var page = new StringBuilder();
        foreach (var (section, services, options) in sections.OrderByDescending(one => one.Services.Count).ThenBy(one => one.Section, StringComparer.Ordinal))
        {
            var readers = services.Count == Services.Length ? "Every service." : $"{string.Join(", ", services)}.";
            page.Append(CultureInfo.InvariantCulture, $"{(page.Length > 0 ? "\n" : "")}## {section}\n\n{readers}\n\n| key | holds | default | rule | meaning |\n|---|---|---|---|---|\n");
            foreach (var option in options)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{option.Key}` | {Holds(option)} | {DefaultOf(option)} | {Cell(option.Rule())} | {Cell(MeaningOf(option))} |\n");
            }
        }

        return page.ToString();
    }

    private static string Holds(KnownOption option) => option.Property.Name switch
    {
        var name when name.EndsWith("Bytes", StringComparison.Ordinal) => "a whole number of bytes",
        var name when name.EndsWith("Length", StringComparison.Ordinal) => "a whole number of characters",
        var name when name.EndsWith("PerSecond", StringComparison.Ordinal) => "a whole number each second",
        _ => Cell(option.Holds.Replace(" that fits Int32", "", StringComparison.Ordinal).Replace(" that fits Int64", "", StringComparison.Ordinal)),
    };

    private static string DefaultOf(KnownOption option) => option.Key == "Health:Port"
        ? string.Join(", ", Services.Select(service => $"{service.Service} {HealthPort(service.Service)}"))
        : option.Default.Length > 0 ? $"`{option.Default}`" : "";

    private static string HealthPort(string service) => HealthPortPattern().Match(File.ReadAllText(Repository.PathOf("services", service, "Program.cs"))).Groups[1].Value;

    private static string MeaningOf(KnownOption option)
    {
        var text = DocumentationOf(option.Property.DeclaringType!.Name, option.Property.Name, option.Property.DeclaringType.Namespace!);
        return Code().Replace(Reference().Replace(text, match => $"`{match.Groups[1].Value.Split('.')[^1]}`"), match => $"`{match.Groups[1].Value}`");
    }

    private static string DocumentationOf(string type, string property, string ofNamespace = "")
    {
        var lines = Sources.Value.Where(file => Path.GetFileName(file) == $"{type}.cs").Select(File.ReadAllLines).Single(text => text.Any(line => line.StartsWith($"namespace {ofNamespace}", StringComparison.Ordinal)));
        var declared = Array.FindIndex(lines, line => Regex.IsMatch(line, $@"^\s*public [^(=]*\b{property}(\s*$| \{{)"));
        var text = string.Join(' ', lines.Take(declared).Reverse().TakeWhile(line => line.TrimStart().StartsWith("///", StringComparison.Ordinal)).Reverse().Select(line => line.Trim()[3..].Trim()));
        if (Inherited().Match(text) is { Success: true } inherited)
        {
            return DocumentationOf(inherited.Groups[1].Value, inherited.Groups[2].Value);
        }

        var summary = Summary().Match(text);
        Assert.True(summary.Success, $"{type}.{property} has no documentation that can be read.");
        return summary.Groups[1].Value.Trim();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"HealthPort = (\d+);")]
    private static partial Regex HealthPortPattern();

    [GeneratedRegex("<summary>(.*?)</summary>")]
    private static partial Regex Summary();

    [GeneratedRegex("""<inheritdoc cref="(\w+)\.(\w+)"/>""")]
    private static partial Regex Inherited();

    [GeneratedRegex(@"<see cref=""([^""]+)""/>")]
    private static partial Regex Reference();

    [GeneratedRegex(@"<c>(.*?)</c>")]
    private static partial Regex Code();
}
