using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace Streaming.Native.Tests;

public sealed class OnnxRuntimeTests
{
    private static readonly float[,] Weights = { { 1, -2 }, { 0.5f, 4 }, { -3, 0.25f } };
    private static readonly float[] Bias = [10, -20];

    [Fact]
    public void The_native_half_is_of_the_version_of_the_managed_half()
    {
        var managed = typeof(InferenceSession).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.StartsWith(OrtEnv.Instance().GetVersionString(), managed, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_in_a_callers_memory_are_scored_into_a_callers_memory()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(LinearModel.Write(Weights, Bias), options);
        float[] features = [1, 2, 3, -4, 0.5f, 8];
        var scores = new float[4];
        using var input = OrtValue.CreateTensorValueFromMemory(features, [2, 3]);
        using var output = OrtValue.CreateTensorValueFromMemory(scores, [2, 2]);
        using var run = new RunOptions();

        session.Run(run, [LinearModel.Input], [input], [LinearModel.Output], [output]);

        Assert.Equal(Expected(features), scores);

        // The tensors are views: other features in the same memory need no new ones.
        features[0] = 100;
        session.Run(run, [LinearModel.Input], [input], [LinearModel.Output], [output]);

        Assert.Equal(Expected(features), scores);
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused() =>
        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession([1, 2, 3, 4]).Dispose());

    private static float[] Expected(float[] features)
    {
        var scores = new List<float>();
        for (int row = 0; row < features.Length / 3; row++)
        {
            for (int score = 0; score < 2; score++)
            {
                float sum = Bias[score];
                for (int feature = 0; feature < 3; feature++)
                {
                    sum += features[(row * 3) + feature] * Weights[feature, score];
                }

                scores.Add(sum);
            }
        }

        return [.. scores];
    }
}
