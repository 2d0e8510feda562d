using System.Text;

namespace Streaming.Native.Tests;

/// <summary>An ONNX model of one node, scores = features × weights + bias, written byte by byte.</summary>
internal static class LinearModel
{
    public const string Input = "features";
    public const string Output = "scores";

    private const long Float = 1;

    /// <summary>The model file for weights of [features, scores] and one bias for each score.</summary>
    public static byte[] Write(float[,] weights, float[] bias)
    {
        int features = weights.GetLength(0);
        int scores = weights.GetLength(1);
        byte[] node = Join(
            Text(1, Input), Text(1, "weights"), Text(1, "bias"), Text(2, Output), Text(4, "Gemm"));
        byte[] graph = Join(
            Field(1, node),
            Text(2, "linear"),
            Field(5, Tensor("weights", [features, scores], weights.Cast<float>())),
            Field(5, Tensor("bias", [scores], bias)),
            Field(11, Value(Input, features)),
            Field(12, Value(Output, scores)));
        byte[] operators = Number(2, 13);
        return Join(Number(1, 8), Field(7, graph), Field(8, operators));
    }

    private static byte[] Tensor(string name, long[] shape, IEnumerable<float> values) => Join(
        Join([.. shape.Select(size => Number(1, size))]),
        Number(2, Float),
        Field(4, Join([.. values.Select(BitConverter.GetBytes)])),
        Text(8, name));

    // A value of any number of rows: the first dimension has a name instead of a size.
    private static byte[] Value(string name, long width)
    {
        byte[] shape = Join(Field(1, Text(2, "rows")), Field(1, Number(1, width)));
        return Join(Text(1, name), Field(2, Field(1, Join(Number(1, Float), Field(2, shape)))));
    }

    // Protocol Buffers: a number field is tag and varint; text, messages and packed floats are tag, length and bytes.
    private static byte[] Number(int field, long value) => Join(Varint(field << 3), Varint(value));

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int field, byte[] value) => Join(Varint((field << 3) | 2), Varint(value.Length), value);

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (ulong rest = (ulong)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                return [.. bytes];
            }

            bytes.Add((byte)(rest | 0x80));
        }
    }

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
