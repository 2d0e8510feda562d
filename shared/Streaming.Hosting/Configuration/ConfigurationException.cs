namespace Streaming.Hosting;

/// <summary>The configuration breaks rules. The message names all of them, one on a line: key, value, rule, what to do.</summary>
/// <param name="errors">One line each.</param>
public sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception($"The configuration is wrong in {errors.Count} {(errors.Count == 1 ? "place" : "places")}:\n{string.Join('\n', errors.Select(error => "  " + error))}")
{
    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
