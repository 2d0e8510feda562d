using System.Globalization;

namespace Streaming.Suite;

/// <summary>Which tests to run, and how long a project may take.</summary>
/// <param name="Categories">Run only tests of these categories; where empty, all tests of no <see cref="Apart"/> category.</param>
/// <param name="Only">Run only these projects; where empty, all.</param>
/// <param name="Timeout">How long one project may take.</param>
internal sealed record SuiteOptions(IReadOnlyList<string> Categories, IReadOnlyList<string> Only, TimeSpan Timeout)
{
    /// <summary>The categories whose tests run only when asked for.</summary>
    public static readonly IReadOnlyList<string> Apart = ["Faults", "Soak", "Bench"];

    private const int DefaultMinutes = 15;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It has a mistake, which the message names.</exception>
    public static SuiteOptions Parse(IReadOnlyList<string> arguments)
    {
        var categories = new List<string>();
        var only = new List<string>();
        var minutes = DefaultMinutes;
        for (var at = 0; at < arguments.Count; at++)
        {
            var option = arguments[at];
            if (Apart.FirstOrDefault(category => option.Equals("--" + category, StringComparison.OrdinalIgnoreCase)) is { } apart)
            {
                categories.Add(apart);
                continue;
            }

            if (option is not ("--only" or "--timeout"))
            {
                throw new ArgumentException($"Unknown option '{option}'. Known are --faults, --soak, --bench, --only and --timeout; --help tells of each.");
            }

            var value = at + 1 < arguments.Count ? arguments[++at] : throw new ArgumentException($"{option} needs a value.");
            if (option == "--only")
            {
                only.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            }
            else if (!int.TryParse(value, CultureInfo.InvariantCulture, out minutes) || minutes <= 0)
            {
                throw new ArgumentException($"--timeout is '{value}': it is a number of minutes, at least 1.");
            }
        }

        return new(categories, only, TimeSpan.FromMinutes(minutes));
    }

    /// <summary>The projects to run, of those that there are.</summary>
    /// <exception cref="ArgumentException">A project was asked for that is not there.</exception>
    public IReadOnlyList<string> Choose(IReadOnlyList<string> projects)
    {
        if (Only.Count == 0)
        {
            return projects;
        }

        var unknown = Only.Where(name => Find(projects, name) is null).ToList();
        return unknown.Count == 0
            ? [.. Only.Select(name => Find(projects, name)!).Distinct()]
            : throw new ArgumentException($"--only names no test project: {string.Join(", ", unknown)}. There are: {string.Join(", ", projects)}.");
    }

    /// <summary>The arguments that make a test project run these tests and no others.</summary>
    public IEnumerable<string> Filters() =>
        Categories.Count > 0
            ? Categories.SelectMany(category => new[] { "-trait", "Category=" + category })
            : Apart.SelectMany(category => new[] { "-trait-", "Category=" + category });

    // "Streaming.Kafka", "Kafka.Tests" and "Kafka" all mean Streaming.Kafka.Tests.
    private static string? Find(IReadOnlyList<string> projects, string name) =>
        projects.FirstOrDefault(project => new[] { name, name + ".Tests", "Streaming." + name, $"Streaming.{name}.Tests" }
            .Contains(project, StringComparer.OrdinalIgnoreCase));
}
