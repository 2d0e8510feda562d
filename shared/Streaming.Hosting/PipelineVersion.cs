using System.Reflection;

namespace Streaming.Hosting;

/// <summary>The version of this software, as it stands in predictions, manifests and logs.</summary>
public static class PipelineVersion
{
    /// <summary>For example 0.1.0.</summary>
    public static string Current { get; } = typeof(PipelineVersion).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";
}
