namespace Streaming.Models.Packages;

/// <summary>What a model package may ask for. Models come from outside, so everything that costs memory or time has a bound.</summary>
/// <param name="MaxModelBytes">Greatest size of <c>model.onnx</c>.</param>
/// <param name="MaxTextBytes">Greatest size of <c>model.yaml</c> and of <c>baseline.json</c>, each.</param>
/// <param name="MaxTensorElements">Greatest number of elements that any tensor of the graph may declare.</param>
/// <param name="MaxNodes">Greatest number of operators, those in nested graphs included.</param>
/// <param name="MaxDepth">How deep graphs and types may nest.</param>
/// <param name="MaxOpening">How long the runtime may take to open the model and to score the rows that it is tried on.</param>
public sealed record ModelLimits(long MaxModelBytes, long MaxTextBytes, long MaxTensorElements, int MaxNodes, int MaxDepth, TimeSpan MaxOpening)
{
    /// <summary>256 MiB, 4 MiB, 67,108,864 elements, 100,000 operators, 8 levels, one minute.</summary>
    public static readonly ModelLimits Default = new(256L << 20, 4L << 20, 1L << 26, 100_000, 8, TimeSpan.FromMinutes(1));
}
