using Streaming.Yaml;

namespace Streaming.Features.Definitions;

/// <summary>Feature sets that cannot be run, with everything that is wrong with them.</summary>
public sealed class FeatureSetException(IReadOnlyList<YamlProblem> problems)
    : Exception($"The feature sets have {problems.Count} {(problems.Count == 1 ? "error" : "errors")}:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}")
{
    /// <summary>Each with file, line and column.</summary>
    public IReadOnlyList<YamlProblem> Problems => problems;
}
