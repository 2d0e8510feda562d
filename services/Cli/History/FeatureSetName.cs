using System.Globalization;

namespace Streaming.Cli.History;

/// <summary>A feature set as people name it: <c>NAME</c> or <c>NAME:VERSION</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null where none is said.</param>
internal readonly record struct FeatureSetName(string Name, int? Version)
{
    /// <summary>Reads one; adds what is wrong.</summary>
    public static FeatureSetName Read(string text, List<string> errors)
    {
        var colon = text.LastIndexOf(':');
        var version = 0;
        var isNamed = colon < 0 ? text.Length > 0 : colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;
        if (!isNamed)
        {
            errors.Add($"--feature-set '{text}': must be NAME or NAME:VERSION, as occupancy:1.");
        }

        return new FeatureSetName(colon < 0 ? text : text[..colon], colon < 0 ? null : version);
    }
}
