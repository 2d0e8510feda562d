using System.Globalization;
using Streaming.Yaml;

namespace Streaming.Models.Packages;

/// <summary>Reads <c>model.yaml</c>.</summary>
internal static class ModelManifestReader
{
    private const int MaxNameLength = 100;

    /// <summary>Reads a manifest; it is whole only where no problem was added.</summary>
    public static ModelManifest? Read(string text, YamlProblems problems)
    {
        if (YamlFile.Parse(text, problems) is not { } root)
        {
            return null;
        }

        var manifest = new ModelManifest
        {
            Name = Name(root, "name", problems),
            Version = Short(root, "version"),
            Kind = root.Choice(
                "kind",
                ("classifier", ModelKind.Classifier),
                ("regressor", ModelKind.Regressor),
                ("sequence", ModelKind.Sequence),
                ("tensors", ModelKind.Tensors),
                ("image", ModelKind.Image)),
            Sha256 = Hash(root, "sha256"),
            FeatureSet = FeatureSet(root, problems),
            Input = Short(root, "input"),
            Output = Short(root, "output"),
            AllowsMissing = root.Choice("missing", ("refused", false), ("allowed", true)),
            Labels = root.OptionalTexts("labels"),
            PositiveLabel = root.OptionalText("positiveLabel"),
            Threshold = root.OptionalNumber("threshold"),
            Training = Training(root, problems),
        };
        CheckLabels(manifest, root);
        root.RefuseUnknown();
        return manifest;
    }

    private static void CheckLabels(ModelManifest manifest, YamlMapping root)
    {
        if (manifest.Kind != ModelKind.Classifier)
        {
            if (manifest.Labels.Count > 0 || manifest.PositiveLabel is not null || manifest.Threshold is not null)
            {
                root.Problem("labels", "'labels', 'positiveLabel' and 'threshold' are for classifiers; leave them out or say 'kind: classifier'");
            }

            return;
        }

        if (manifest.Labels.Count < 2)
        {
            root.Problem("labels", $"'labels' has {manifest.Labels.Count}; a classifier has at least two, in the order of its scores");
        }

        if (manifest.Labels.Distinct(StringComparer.Ordinal).Count() != manifest.Labels.Count)
        {
            root.Problem("labels", "'labels' names one twice; each score needs a label of its own");
        }

        if (manifest.PositiveLabel is { } positive && manifest.PositiveIndex < 0)
        {
            root.Problem("positiveLabel", $"'positiveLabel' is '{positive}'; it must be one of the labels {string.Join(", ", manifest.Labels)}");
        }

        if (manifest.Threshold is not null && manifest.PositiveLabel is null)
        {
            root.Problem("threshold", "'threshold' needs a 'positiveLabel' that it is about");
        }
    }

    private static FeatureSetReference FeatureSet(YamlMapping root, YamlProblems problems)
    {
        if (root.Mapping("featureSet") is not { } node)
        {
            return new FeatureSetReference("", 0, "", []);
        }

        var features = node.OptionalTexts("features");
        if (features.Count == 0)
        {
            node.Problem("features", "'features' is empty; it must name the features in the order of the vector");
        }
        else if (features.Distinct(StringComparer.Ordinal).Count() != features.Count)
        {
            node.Problem("features", "'features' names one twice");
        }

        var reference = new FeatureSetReference(Name(node, "name", problems), (int)node.Integer("version", 1, int.MaxValue), Hash(node, "hash"), features);
        node.RefuseUnknown();
        return reference;
    }

    private static TrainingInfo Training(YamlMapping root, YamlProblems problems)
    {
        if (root.Mapping("training") is not { } node)
        {
            return new TrainingInfo(null, [], null, null, "", new Dictionary<string, string>(), "", default, []);
        }

        var info = new TrainingInfo(
            OptionalHash(node, "exportManifest"),
            node.OptionalMappings("data").Select(item => Data(item, "name")).ToList(),
            node.OptionalText("codeCommit"),
            OptionalHash(node, "codeSha256"),
            node.Text("command"),
            Parameters(node.OptionalMapping("parameters"), problems),
            node.Text("author"),
            Date(node),
            node.OptionalMappings("metrics").Select(item => Metrics(item, problems)).ToList());
        node.RefuseUnknown();
        return info;
    }

    private static TrainingData Data(YamlMapping node, string name, bool last = true)
    {
        var data = new TrainingData(node.Text(name), OptionalHash(node, "sha256"), node.OptionalInteger("rows", 0));
        if (last)
        {
            node.RefuseUnknown();
        }

        return data;
    }

    private static MeasuredOn Metrics(YamlMapping node, YamlProblems problems)
    {
        var data = Data(node, "data", last: false);
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Mapping("values")?.Fields ?? [])
        {
            if (value is YamlScalar scalar && scalar.TryNumber(out var number))
            {
                values[key.Text] = number;
            }
            else
            {
                problems.Add(value, $"'{key.Text}' must be a number");
            }
        }

        node.RefuseUnknown();
        return new MeasuredOn(data, values);
    }

    private static Dictionary<string, string> Parameters(YamlMapping? node, YamlProblems problems)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node?.Fields ?? [])
        {
            if (value is YamlScalar scalar)
            {
                parameters[key.Text] = scalar.Text;
            }
            else
            {
                problems.Add(value, $"'{key.Text}' is {value.Kind}; a parameter must be a single value");
            }
        }

        return parameters;
    }

    private static DateOnly Date(YamlMapping node)
    {
        var text = node.Text("date");
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && text.Length > 0)
        {
            node.Problem("date", $"'date' is '{text}'; it must be a day as 2026-01-31");
        }

        return date;
    }

    private static string Name(YamlMapping node, string field, YamlProblems problems)
    {
        var text = node.Text(field);
        if (text.Length > MaxNameLength || !text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or '_'))
        {
            problems.Add(node.Find(field)!, $"'{field}' is '{text}'; it must be 1 to {MaxNameLength} lower-case letters, digits, dots, dashes and underscores");
        }

        return text;
    }

    private static string Short(YamlMapping node, string field)
    {
        var text = node.Text(field);
        if (text.Length > MaxNameLength || text.Any(char.IsControl))
        {
            node.Problem(field, $"'{field}' must be 1 to {MaxNameLength} printable characters");
        }

        return text;
    }

    private static string Hash(YamlMapping node, string field) => CheckedHash(node, field, node.Text(field));

    private static string? OptionalHash(YamlMapping node, string field) =>
        node.OptionalText(field) is { } text ? CheckedHash(node, field, text) : null;

    private static string CheckedHash(YamlMapping node, string field, string text)
    {
        if (text.Length > 0 && (text.Length != 64 || !text.All(char.IsAsciiHexDigitLower)))
        {
            node.Problem(field, $"'{field}' is '{text}'; it must be a SHA-256 in 64 lower-case hex digits");
        }

        return text;
    }
}
