using Streaming.Features.Definitions.Expressions;
using Streaming.Yaml;

namespace Streaming.Features.Definitions;

/// <summary>Reads what a feature set computes: its features, its lags and its choice of readings.</summary>
/// <param name="root">The file.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="hasBucket">Whether the length of a bucket could be read, so that windows can be held to it.</param>
internal sealed class FeatureListReader(YamlMapping root, YamlProblems problems, bool hasBucket)
{
    private static readonly string[] Sources = ["metric", "value", "attribute", "feature"];

    private readonly List<(FeatureDefinition Feature, YamlMapping Node)> _features = [];

    /// <summary>Reads it into a set whose times are known.</summary>
    public FeatureSetDefinition Read(FeatureSetDefinition set)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = root.Items("features");
        if (root.Find("features") is YamlSequence && FeatureSetRules.OfCount(items.Count) is { } count)
        {
            root.Problem("features", count);
        }

        foreach (var item in items)
        {
            if (item is not YamlMapping mapping)
            {
                problems.Add(item, $"a feature is {item.Kind}; it must be a mapping with name, metric and aggregate");
                continue;
            }

            var feature = Feature(mapping, set);
            mapping.RefuseUnknown();
            if (feature.Name.Length > 0 && !names.Add(feature.Name))
            {
                mapping.Problem("name", FeatureSetRules.Twice(feature.Name));
            }

            _features.Add((feature, mapping));
        }

        // A name that could not be read would be missed wherever it is used.
        var hasNames = items.Count > 0 && names.Count == items.Count;
        set = set with { Features = [.. _features.Select(feature => feature.Feature)], Where = root.OptionalText("where") ?? "", Lags = Lags(hasNames) };
        if (hasNames)
        {
            CheckExpressions(set);
        }

        return set;
    }

    private FeatureDefinition Feature(YamlMapping mapping, FeatureSetDefinition set)
    {
        var feature = new FeatureDefinition
        {
            Name = Name(mapping, "name"),
            Missing = Missing(mapping),
            Unit = mapping.OptionalText("unit") ?? "",
            Description = mapping.OptionalText("description") ?? "",
        };
        var isOfGroup = mapping.OptionalChoice("of", ("entity", false), ("group", true));
        var sources = Sources.Where(name => mapping.Find(name) is not null).ToList();
        if (sources.Count > 1)
        {
            mapping.Problem(sources[1], $"a feature has either 'metric', 'value', 'attribute' or 'feature'; this one has {string.Join(" and ", sources.Select(name => $"'{name}'"))}");
        }

        switch (sources.FirstOrDefault())
        {
            case "value":
                if (mapping.Find("of") is not null)
                {
                    mapping.Problem("of", "'of' goes with a metric or an attribute; an expression is over features: leave it out");
                }

                return feature with { Source = FeatureSource.Expression, Expression = mapping.Text("value") };
            case "attribute":
                return feature with
                {
                    Source = isOfGroup ? FeatureSource.GroupAttribute : FeatureSource.Attribute,
                    Attribute = Name(mapping, "attribute"),
                    IsTime = mapping.OptionalChoice("type", ("number", false), ("time", true)),
                };
            case "feature":
                return OverGroup(mapping, feature, isOfGroup);
            default:
                return isOfGroup ? OfGroup(mapping, feature) : OfMetric(mapping, feature, set);
        }
    }

    private FeatureDefinition OfGroup(YamlMapping mapping, FeatureDefinition feature)
    {
        mapping.OptionalChoice("aggregate", ("last", Aggregate.Last));
        return feature with { Source = FeatureSource.GroupMetric, Metric = Name(mapping, "metric"), MaxAge = FeatureSetFile.Length(mapping, "maxAge", problems, least: 1) };
    }

    private FeatureDefinition OverGroup(YamlMapping mapping, FeatureDefinition feature, bool isOfGroup)
    {
        if (!isOfGroup && mapping.Find("of") is null or YamlScalar { Text: "entity" })
        {
            mapping.Problem("feature", "'feature' is for aggregates over the entity's group; it must go with 'of: group'. From other features of the entity, compute with 'value'");
        }

        return feature with
        {
            Source = FeatureSource.GroupAggregate,
            Feature = Name(mapping, "feature"),
            Aggregate = mapping.Choice("aggregate", FeatureSetRules.OverGroups),
            MaxAge = FeatureSetFile.Length(mapping, "maxAge", problems, least: 1),
        };
    }

    private FeatureDefinition OfMetric(YamlMapping mapping, FeatureDefinition feature, FeatureSetDefinition set)
    {
        feature = feature with { Metric = Name(mapping, "metric"), Aggregate = mapping.Choice("aggregate", AggregateNames.All) };
        if (feature.Aggregate == Aggregate.TimeAbove)
        {
            feature = feature with { Above = mapping.OptionalNumber("above") ?? 0 };
            if (mapping.Find("above") is null)
            {
                mapping.Problem("above", "'above' is missing; timeAbove needs the threshold");
            }
        }

        if (FeatureSetFile.Length(mapping, "over", problems, least: 1) is { } over)
        {
            if (hasBucket && FeatureSetRules.OfWindow(feature.Aggregate, over, set.Bucket) is { } problem)
            {
                mapping.Problem("over", problem);
            }

            feature = feature with { Over = over == set.Bucket ? null : over };
        }

        return feature;
    }

    private static string Name(YamlMapping mapping, string field)
    {
        var value = mapping.Text(field);
        if (FeatureSetRules.OfLength(field, value) is { } problem)
        {
            mapping.Problem(field, problem);
        }

        return value;
    }

    private MissingPolicy Missing(YamlMapping mapping)
    {
        if (mapping.Find("missing") is not { } node)
        {
            return MissingPolicy.None;
        }

        switch (node)
        {
            case YamlScalar { Text: "nan" }:
                return new MissingPolicy(MissingPolicyKind.Nan, 0);
            case YamlScalar { Text: "skip" }:
                return new MissingPolicy(MissingPolicyKind.Skip, 0);
            case YamlScalar scalar when scalar.TryNumber(out var constant):
                return new MissingPolicy(MissingPolicyKind.Constant, constant);
            case YamlMapping last:
                var age = FeatureSetFile.Length(last, "last", problems, least: 1);
                if (last.Find("last") is null)
                {
                    last.Problem("last", "'last' is missing; give the maximum age, such as { last: 6h }");
                }

                last.RefuseUnknown();
                return new MissingPolicy(MissingPolicyKind.Last, 0, age ?? 1);
            default:
                problems.Add(node, $"'missing' is {(node is YamlScalar shown ? $"'{shown.Text}'" : node.Kind)}; it must be nan, skip, a finite number or {{ last: 6h }}");
                return MissingPolicy.None;
        }
    }

    private LagDefinition? Lags(bool hasNames)
    {
        if (root.OptionalMapping("lags") is not { } node)
        {
            return null;
        }

        var lags = new LagDefinition
        {
            Count = (int)node.Integer("count", 1, 10_000),
            Of = LagNames(node, hasNames),
            OnlyPresent = node.OptionalChoice("rows", ("all", false), ("present", true)),
            WithCurrent = node.OptionalTruth("current") ?? true,
        };
        node.RefuseUnknown();
        if (node.Find("of") is YamlSequence && FeatureSetRules.OfLagValues(lags) is { } problem)
        {
            node.Problem("of", problem);
        }

        return lags;
    }

    private List<string> LagNames(YamlMapping node, bool hasNames)
    {
        var known = _features.Select(feature => feature.Feature.Name).ToList();
        var names = new List<string>();
        foreach (var item in node.Items("of"))
        {
            if (item is YamlScalar { Text: var name })
            {
                names.Add(name);
            }

            if ((item is YamlScalar scalar ? hasNames ? FeatureSetRules.OfLagName(scalar.Text, known) : null : $"'of' holds {item.Kind}; it must hold names of features") is { } problem)
            {
                problems.Add(item, problem);
            }
        }

        return names;
    }

    private void CheckExpressions(FeatureSetDefinition set)
    {
        var expressions = new ExpressionSet(set, (feature, at, message) =>
        {
            var (mapping, field) = feature < 0 ? (root, "where") : (_features[feature].Node, "value");
            if (mapping.Find(field) is YamlScalar scalar)
            {
                var (line, column) = scalar.PlaceOf(at);
                problems.Add(line, column, $"'{field}': {message}");
            }
        });
        foreach (var (feature, problem) in FeatureSetRules.OfGroupAggregates(set, expressions))
        {
            _features[feature].Node.Problem("feature", problem);
        }
    }
}
