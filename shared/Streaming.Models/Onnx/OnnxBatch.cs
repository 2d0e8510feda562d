using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Streaming.Models.Onnx;

/// <summary>Input and output of one fixed number of rows, made once and bound to the session.</summary>
internal sealed class OnnxBatch : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OnnxSignature _signature;
    private readonly AlignedMemory _inputMemory;
    private readonly AlignedMemory _outputMemory;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly OrtIoBinding _binding;

    public OnnxBatch(InferenceSession session, OnnxSignature signature, int rows)
    {
        _session = session;
        _signature = signature;
        Rows = rows;
        (_inputMemory, _input) = Tensor(signature.InputType, [rows, signature.Features]);
        (_outputMemory, _output) = Tensor(signature.OutputType, signature.OutputIsFlat ? [rows] : [rows, signature.Scores]);
        _binding = session.CreateIoBinding();
        _binding.BindInput(signature.Input, _input);
        _binding.BindOutput(signature.Output, _output);
    }

    /// <summary>How many rows one run takes.</summary>
    public int Rows { get; }

    /// <summary>Scores up to <see cref="Rows"/> rows; the places of missing ones are filled with the first row.</summary>
    /// <exception cref="OnnxRuntimeException">The graph failed on these rows.</exception>
    public void Run(RunOptions options, ReadOnlySpan<double> rows, Span<double> scores)
    {
        if (_signature.InputType == TensorElementType.Double)
        {
            Fill(_inputMemory.As<double>(), rows);
        }
        else
        {
            Fill(_inputMemory.As<float>(), rows);
        }

        _session.RunWithBinding(options, _binding);
        if (_signature.OutputType == TensorElementType.Double)
        {
            _outputMemory.As<double>()[..scores.Length].CopyTo(scores);
        }
        else
        {
            var output = _outputMemory.As<float>();
            for (var index = 0; index < scores.Length; index++)
            {
                scores[index] = output[index];
            }
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
    }

    private static (AlignedMemory Memory, OrtValue Value) Tensor(TensorElementType type, long[] shape)
    {
        var bytes = checked((int)shape.Aggregate(1L, (product, dimension) => product * dimension) * (type == TensorElementType.Double ? sizeof(double) : sizeof(float)));
        var memory = new AlignedMemory(bytes);
        return (memory, OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, memory.Address, bytes));
    }

    private void Fill(Span<double> input, ReadOnlySpan<double> rows)
    {
        rows.CopyTo(input);
        Pad(input, rows.Length);
    }

    private void Fill(Span<float> input, ReadOnlySpan<double> rows)
    {
        for (var index = 0; index < rows.Length; index++)
        {
            input[index] = (float)rows[index];
        }

        Pad(input, rows.Length);
    }

    // What an earlier run left there could make this one fail.
    private void Pad<T>(Span<T> input, int filled)
    {
        for (; filled < input.Length; filled += _signature.Features)
        {
            input[.._signature.Features].CopyTo(input[filled..]);
        }
    }
}
