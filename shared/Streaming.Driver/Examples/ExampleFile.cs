using Streaming.Features.Definitions;
using Streaming.Yaml;

namespace Streaming.Driver.Examples;

/// <summary>The examples of a feature set, as they stand beside it: <c>NAME.examples.yaml</c> beside <c>NAME.yaml</c>.</summary>
/// <param name="Examples">The examples, in order.</param>
/// <param name="Tolerance">How far a number may be from what is expected, as a share of it, and of 1 where it is smaller.</param>
public sealed record ExampleFile(IReadOnlyList<Example> Examples, double Tolerance)
{
    /// <summary>How far a number may be from what is expected, unless the file says otherwise.</summary>
    public const double DefaultTolerance = 1e-9;

    /// <summary>Where the examples of a feature set stand.</summary>
    /// <param name="featureSet">The feature set's file.</param>
    public static string PathBeside(string featureSet) => Path.ChangeExtension(featureSet, FeatureSetDirectory.ExamplesEnding);

    /// <summary>Reads a file of examples.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="set">The feature set that they are of.</param>
    /// <param name="problems">Takes everything that is wrong, each with its line and column.</param>
    /// <returns>The examples; null where something is wrong.</returns>
    public static ExampleFile? Parse(string text, FeatureSetDefinition set, YamlProblems problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(problems);
        var before = problems.Items.Count;
        if (YamlFile.Parse(text, problems) is not { } root)
        {
            return null;
        }

        var tolerance = root.OptionalNumber("tolerance", 0, 1) ?? DefaultTolerance;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var examples = new List<Example>();
        if (root.Items("examples") is { Count: 0 } && root.Find("examples") is YamlSequence)
        {
            root.Problem("examples", "there is no example; write at least one");
        }

        foreach (var mapping in root.OptionalMappings("examples"))
        {
            var example = new ExampleReader(mapping, set, problems).Read();
            if (!names.Add(example.Name))
            {
                mapping.Problem("name", $"'{example.Name}' is the name of an earlier example; give each its own");
            }

            examples.Add(example);
        }

        root.RefuseUnknown();
        return problems.Items.Count == before ? new ExampleFile(examples, tolerance) : null;
    }
}
