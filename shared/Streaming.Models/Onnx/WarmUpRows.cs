using Streaming.Models.Packages;

namespace Streaming.Models.Onnx;

/// <summary>Rows to try a model on: first the training mean, then values spread over the training range, the same ones every time.</summary>
internal static class WarmUpRows
{
    public static double[] Of(Baseline baseline, int rows)
    {
        var values = new double[rows * baseline.Features.Count];
        var random = 0x9E3779B97F4A7C15UL;
        for (var index = 0; index < values.Length; index++)
        {
            var column = baseline.Features[index % baseline.Features.Count];
            random = (random * 6364136223846793005) + 1442695040888963407;
            var share = (random >> 11) * (1.0 / (1UL << 53));
            values[index] = index < baseline.Features.Count || column.Edges.Count == 0
                ? column.Mean
                : column.Edges[0] + (share * (column.Edges[^1] - column.Edges[0]));
        }

        return values;
    }
}
