namespace Streaming.Models.Onnx;

/// <summary>Field numbers of the messages of <c>onnx.proto</c> that the check looks into.</summary>
internal static class OnnxFields
{
    public static class Model
    {
        public const int Graph = 7;
        public const int OpsetImport = 8;
        public const int TrainingInfo = 20;
        public const int Functions = 25;
    }

    public static class OperatorSet
    {
        public const int Domain = 1;
    }

    public static class Graph
    {
        public const int Node = 1;
        public const int Initializer = 5;
        public const int Input = 11;
        public const int Output = 12;
        public const int ValueInfo = 13;
        public const int SparseInitializer = 15;
    }

    public static class Node
    {
        public const int Name = 3;
        public const int Operator = 4;
        public const int Attribute = 5;
        public const int Domain = 7;
    }

    public static class Attribute
    {
        public const int Tensor = 5;
        public const int Graph = 6;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int Type = 14;
        public const int Types = 15;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }

    public static class Tensor
    {
        public const int Dimensions = 1;
        public const int Floats = 4;
        public const int Int32s = 5;
        public const int Strings = 6;
        public const int Int64s = 7;
        public const int Name = 8;
        public const int Raw = 9;
        public const int Doubles = 10;
        public const int UInt64s = 11;
        public const int ExternalData = 13;
        public const int DataLocation = 14;
    }

    public static class Value
    {
        public const int Name = 1;
        public const int Type = 2;
    }

    public static class Type
    {
        public const int Tensor = 1;
        public const int Sequence = 4;
        public const int Map = 5;
        public const int Opaque = 7;
        public const int SparseTensor = 8;
        public const int Optional = 9;
    }

    public static class TensorType
    {
        public const int Shape = 2;
    }

    public static class Shape
    {
        public const int Dimension = 1;
    }

    public static class Dimension
    {
        public const int Value = 1;
    }
}
