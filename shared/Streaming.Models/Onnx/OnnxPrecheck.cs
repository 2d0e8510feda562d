using System.Text;
using Streaming.Models.Packages;

namespace Streaming.Models.Onnx;

/// <summary>
/// Looks through a model's bytes before any runtime sees them, and refuses what would open other files, run other code, or claim memory that
/// the bytes do not back. Protobuf lets a field stand many times; every occurrence is looked at, so it does not matter which one a parser takes.
/// </summary>
internal sealed class OnnxPrecheck
{
    private const int MaxProblems = 20;
    private const int MaxShownLength = 60;

    // Types narrower than a byte pack several elements into one; the narrowest has two bits, and a bit is the limit of any.
    private const int ElementsPerByte = 8;

    private readonly ModelLimits _limits;
    private readonly List<string> _problems = [];
    private int _nodes;

    private OnnxPrecheck(ModelLimits limits) => _limits = limits;

    /// <summary>Checks a model.</summary>
    /// <returns>What is wrong; empty where it may be given to the runtime.</returns>
    public static IReadOnlyList<string> Check(ReadOnlySpan<byte> model, ModelLimits limits)
    {
        var check = new OnnxPrecheck(limits);
        check.Model(model);
        return check._problems;
    }

    private void Model(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        var hasGraph = false;
        while (reader.Next())
        {
            if (reader.IsBytes(OnnxFields.Model.Graph))
            {
                hasGraph = true;
                Graph(reader.Bytes, 0);
            }
            else if (reader.IsBytes(OnnxFields.Model.OpsetImport))
            {
                OperatorSet(reader.Bytes);
            }
            else if (reader.IsBytes(OnnxFields.Model.Functions))
            {
                Refuse("it defines functions of its own; export it with operators of the standard only");
            }
            else if (reader.IsBytes(OnnxFields.Model.TrainingInfo))
            {
                Refuse("it carries training information; export it for inference");
            }
        }

        if (reader.IsFaulty)
        {
            Refuse("its bytes are not an ONNX model, or they are cut off");
        }
        else if (!hasGraph)
        {
            Refuse("it has no graph");
        }
    }

    private void OperatorSet(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.IsBytes(OnnxFields.OperatorSet.Domain))
            {
                Domain(reader.Bytes, "it imports operators");
            }
        }

        Malformed(reader, "an operator set");
    }

    private void Graph(ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > _limits.MaxDepth)
        {
            Refuse($"its graphs nest deeper than {_limits.MaxDepth} levels");
            return;
        }

        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.WireType != WireType.Bytes)
            {
                continue;
            }

            switch (reader.Field)
            {
                case OnnxFields.Graph.Node:
                    Node(reader.Bytes, depth);
                    break;
                case OnnxFields.Graph.Initializer:
                    Tensor(reader.Bytes);
                    break;
                case OnnxFields.Graph.SparseInitializer:
                    Refuse("it has sparse initialisers; export it with dense ones");
                    break;
                case OnnxFields.Graph.Input or OnnxFields.Graph.Output or OnnxFields.Graph.ValueInfo:
                    Value(reader.Bytes, depth);
                    break;
            }
        }

        Malformed(reader, "a graph");
    }

    private void Node(ReadOnlySpan<byte> bytes, int depth)
    {
        if (++_nodes > _limits.MaxNodes)
        {
            if (_nodes == _limits.MaxNodes + 1)
            {
                Refuse($"it has more than {_limits.MaxNodes} operators");
            }

            return;
        }

        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.WireType != WireType.Bytes)
            {
                continue;
            }

            switch (reader.Field)
            {
                case OnnxFields.Node.Domain:
                    Domain(reader.Bytes, "it uses an operator");
                    break;
                case OnnxFields.Node.Operator when reader.Bytes.SequenceEqual("Loop"u8):
                    Refuse("it uses the operator 'Loop', which need not end; export it unrolled, or with Scan");
                    break;
                case OnnxFields.Node.Attribute:
                    Attribute(reader.Bytes, depth);
                    break;
            }
        }

        Malformed(reader, "an operator");
    }

    private void Attribute(ReadOnlySpan<byte> bytes, int depth)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.WireType != WireType.Bytes)
            {
                continue;
            }

            switch (reader.Field)
            {
                case OnnxFields.Attribute.Tensor or OnnxFields.Attribute.Tensors:
                    Tensor(reader.Bytes);
                    break;
                case OnnxFields.Attribute.Graph or OnnxFields.Attribute.Graphs:
                    Graph(reader.Bytes, depth + 1);
                    break;
                case OnnxFields.Attribute.SparseTensor or OnnxFields.Attribute.SparseTensors:
                    Refuse("an operator has a sparse constant; export it with dense ones");
                    break;
                case OnnxFields.Attribute.Type or OnnxFields.Attribute.Types:
                    Type(reader.Bytes, default, depth + 1);
                    break;
            }
        }

        Malformed(reader, "an attribute");
    }

    private void Tensor(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        ReadOnlySpan<byte> name = default;
        var elements = new ElementCount();
        var payload = 0L;
        var external = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Tensor.Dimensions:
                    elements.Add(reader);
                    break;
                case OnnxFields.Tensor.Floats or OnnxFields.Tensor.Int32s or OnnxFields.Tensor.Strings or OnnxFields.Tensor.Int64s
                    or OnnxFields.Tensor.Raw or OnnxFields.Tensor.Doubles or OnnxFields.Tensor.UInt64s:
                    payload += reader.WireType == WireType.Varint ? 1 : reader.Bytes.Length;
                    payload += reader.Field == OnnxFields.Tensor.Strings ? 1 : 0; // an empty string is an element too
                    break;
                case OnnxFields.Tensor.Name when reader.WireType == WireType.Bytes:
                    name = reader.Bytes;
                    break;
                case OnnxFields.Tensor.ExternalData:
                    external = true;
                    break;
                case OnnxFields.Tensor.DataLocation:
                    external |= reader.Number != 0;
                    break;
            }
        }

        Malformed(reader, "a tensor");
        if (external)
        {
            Refuse($"tensor '{Shown(name)}' lies in another file; export the model with its data inside");
        }

        Elements(elements, "tensor", name);
        if (!external && !elements.HasZero && elements.Product <= _limits.MaxTensorElements && elements.Product > payload * ElementsPerByte)
        {
            Refuse($"tensor '{Shown(name)}' declares {elements.Product} elements and holds {payload} bytes");
        }
    }

    private void Value(ReadOnlySpan<byte> bytes, int depth)
    {
        var reader = new ProtobufReader(bytes);
        ReadOnlySpan<byte> name = default;
        while (reader.Next())
        {
            if (reader.IsBytes(OnnxFields.Value.Name))
            {
                name = reader.Bytes;
            }
            else if (reader.IsBytes(OnnxFields.Value.Type))
            {
                Type(reader.Bytes, name, depth);
            }
        }

        Malformed(reader, "a value");
    }

    private void Type(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, int depth)
    {
        if (depth > _limits.MaxDepth)
        {
            Refuse($"its types nest deeper than {_limits.MaxDepth} levels");
            return;
        }

        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.WireType != WireType.Bytes)
            {
                continue;
            }

            switch (reader.Field)
            {
                case OnnxFields.Type.Tensor:
                    TensorType(reader.Bytes, name);
                    break;
                case OnnxFields.Type.SparseTensor:
                    Refuse($"'{Shown(name)}' is a sparse tensor; export the model with dense ones");
                    break;
                case OnnxFields.Type.Opaque:
                    Refuse($"'{Shown(name)}' is of a type of its own; export the model with types of the standard only");
                    break;
                case OnnxFields.Type.Sequence or OnnxFields.Type.Optional or OnnxFields.Type.Map:
                    Inner(reader.Bytes, name, depth);
                    break;
            }
        }

        Malformed(reader, "a type");
    }

    // Sequence and optional hold their inner type as field 1, map as field 2.
    private void Inner(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, int depth)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.IsBytes(1) || reader.IsBytes(2))
            {
                Type(reader.Bytes, name, depth + 1);
            }
        }

        Malformed(reader, "a type");
    }

    private void TensorType(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.IsBytes(OnnxFields.TensorType.Shape))
            {
                Elements(ShapeElements(reader.Bytes), "value", name);
            }
        }

        Malformed(reader, "a tensor type");
    }

    private ElementCount ShapeElements(ReadOnlySpan<byte> bytes)
    {
        var elements = new ElementCount();
        var shape = new ProtobufReader(bytes);
        while (shape.Next())
        {
            if (!shape.IsBytes(OnnxFields.Shape.Dimension))
            {
                continue;
            }

            var dimension = new ProtobufReader(shape.Bytes);
            while (dimension.Next())
            {
                if (dimension.IsVarint(OnnxFields.Dimension.Value))
                {
                    elements.Add(dimension.Number);
                }
            }

            Malformed(dimension, "a dimension");
        }

        Malformed(shape, "a shape");
        return elements;
    }

    private void Elements(ElementCount elements, string what, ReadOnlySpan<byte> name)
    {
        if (elements.Product > _limits.MaxTensorElements)
        {
            Refuse($"{what} '{Shown(name)}' declares {(elements.Product == long.MaxValue ? "a negative or huge number of" : elements.Product)} elements; at most {_limits.MaxTensorElements} are allowed");
        }
    }

    private void Domain(ReadOnlySpan<byte> domain, string who)
    {
        if (!domain.IsEmpty && !domain.SequenceEqual("ai.onnx"u8) && !domain.SequenceEqual("ai.onnx.ml"u8))
        {
            Refuse($"{who} of the domain '{Shown(domain)}'; only ai.onnx and ai.onnx.ml are allowed");
        }
    }

    private void Malformed(in ProtobufReader reader, string what)
    {
        if (reader.IsFaulty)
        {
            Refuse($"{what} in it is malformed");
        }
    }

    private void Refuse(string problem)
    {
        if (_problems.Count <= MaxProblems && !_problems.Contains(problem))
        {
            _problems.Add(_problems.Count < MaxProblems ? problem : "and more");
        }
    }

    private static string Shown(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxShownLength)]);
        return string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
