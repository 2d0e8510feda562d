using System.Runtime.InteropServices;
using static Streaming.Models.Tests.Support.Protobuf;

namespace Streaming.Models.Tests.Support;

/// <summary>An ONNX model in the making, field numbers as in onnx.proto.</summary>
internal sealed class OnnxModel
{
    public const int Float = 1;
    public const int Int64 = 7;
    public const int Double = 11;
    public const long AnyRows = -1;

    private readonly List<byte[]> _graph = [Field(2, "test")];
    private readonly List<byte[]> _model = [Field(1, 8L)];

    /// <summary>Two classes by one weight for each feature: probabilities [N, 2] out of features [N, <paramref name="weights"/>].</summary>
    public static OnnxModel Logistic(double[] weights, int type = Double)
    {
        var columns = weights.SelectMany(weight => new[] { 0, weight }).ToArray();
        return new OnnxModel()
            .Input("features", type, AnyRows, weights.Length)
            .Output("probabilities", type, AnyRows, 2)
            .Constant("weights", type, [weights.Length, 2], columns)
            .Node("MatMul", ["features", "weights"], ["values"])
            .Node("Softmax", ["values"], ["probabilities"], Attribute("axis", 1));
    }

    /// <summary>One operator from features [N, <paramref name="features"/>] to probabilities of the declared width.</summary>
    public static OnnxModel Single(string type, int features, int scores, params byte[][] attributes) =>
        new OnnxModel().Input("features", Double, AnyRows, features).Output("probabilities", Double, AnyRows, scores).Node(type, ["features"], ["probabilities"], attributes);

    public static byte[] Attribute(string name, long value) => Message(Field(1, name), Field(3, value), Field(20, 2L));

    public static byte[] Attribute(string name, long[] values) => Message([Field(1, name), .. values.Select(value => Field(8, value)), Field(20, 7L)]);

    public static byte[] Tensor(string name, int type, long[] shape, params byte[][] data) =>
        Message([.. shape.Select(size => Field(1, size)), Field(2, (long)type), Field(8, name), .. data]);

    public OnnxModel Input(string name, int type, params long[] shape) => Graph(11, Value(name, type, shape));

    public OnnxModel Output(string name, int type, params long[] shape) => Graph(12, Value(name, type, shape));

    public OnnxModel Constant(string name, int type, long[] shape, double[] values) => Graph(5, Tensor(name, type, shape, Field(9, Raw(type, values))));

    public OnnxModel Node(string type, string[] inputs, string[] outputs, params byte[][] attributes) => Graph(1, NodeOf(type, "", inputs, outputs, attributes));

    public OnnxModel NodeOfDomain(string domain, string type, string[] inputs, string[] outputs) => Graph(1, NodeOf(type, domain, inputs, outputs, []));

    public OnnxModel Graph(int field, byte[] value)
    {
        _graph.Add(Field(field, value));
        return this;
    }

    public OnnxModel Model(int field, byte[] value)
    {
        _model.Add(Field(field, value));
        return this;
    }

    public byte[] Build() => Message([.. _model, Field(7, Message([.. _graph])), Field(8, Message(Field(1, ""), Field(2, 15L)))]);

    private static byte[] NodeOf(string type, string domain, string[] inputs, string[] outputs, byte[][] attributes) => Message(
        [.. inputs.Select(input => Field(1, input)), .. outputs.Select(output => Field(2, output)), Field(4, type), Field(7, domain), .. attributes.Select(attribute => Field(5, attribute))]);

    private static byte[] Value(string name, int type, long[] shape)
    {
        var dimensions = shape.Select(size => Field(1, size == AnyRows ? Field(2, "N") : Field(1, size))).ToArray();
        return Message(Field(1, name), Field(2, Field(1, Message(Field(1, (long)type), Field(2, Message(dimensions))))));
    }

    private static byte[] Raw(int type, double[] values) => type switch
    {
        Double => MemoryMarshal.AsBytes<double>(values).ToArray(),
        Float => MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => (float)value)).ToArray(),
        _ => MemoryMarshal.AsBytes<long>(Array.ConvertAll(values, value => (long)value)).ToArray(),
    };
}
