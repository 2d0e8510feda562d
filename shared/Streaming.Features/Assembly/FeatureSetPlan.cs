using System.Buffers.Binary;
using System.Text;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>A feature set, ready to run: shared by all partitions of a worker's thread.</summary>
internal sealed class FeatureSetPlan
{
    private readonly int[] _indexOfMetric;
    private ShapeBinding?[] _bindings = [];

    public FeatureSetPlan(FeatureSetDefinition definition, MetricNames metrics)
    {
        Definition = definition;
        Vector = new VectorPlan(definition);
        Name = Encoding.UTF8.GetBytes(definition.Name);
        Id = Encoding.UTF8.GetBytes(definition.Id);
        Hash = definition.Hash;
        HashText = Encoding.UTF8.GetBytes(Hash);
        Reference = BinaryPrimitives.ReadInt64BigEndian(Convert.FromHexString(Hash));
        var numbers = Vector.Metrics.Select(metrics.FindOrAdd).ToArray();
        _indexOfMetric = new int[numbers.DefaultIfEmpty(-1).Max() + 1];
        Array.Fill(_indexOfMetric, MetricNames.Unused);
        for (var i = 0; i < numbers.Length; i++)
        {
            _indexOfMetric[numbers[i]] = i;
        }
    }

    public FeatureSetDefinition Definition { get; }

    public VectorPlan Vector { get; }

    public byte[] Name { get; }

    /// <summary>Name and version.</summary>
    public byte[] Id { get; }

    /// <summary>The content hash, hex.</summary>
    public string Hash { get; }

    public byte[] HashText { get; }

    /// <summary>The content hash's first eight bytes: tells the sets of one worker apart.</summary>
    public long Reference { get; }

    /// <summary>The start of the bucket that an event time belongs to.</summary>
    public long BucketStart(long eventTime)
    {
        var since = eventTime - Definition.Align;
        var rest = since % Definition.Bucket;
        return since - (rest < 0 ? rest + Definition.Bucket : rest) + Definition.Align;
    }

    /// <summary>Whether the set joins one of these metrics of a group.</summary>
    public bool JoinsAny(MetricShape shape) =>
        shape.Names.Any(name => Array.Exists(Vector.Features, feature => feature.Source == FeatureSource.GroupMetric && name.AsSpan().SequenceEqual(feature.JoinedBytes)));

    /// <summary>What the set takes from readings of a shape.</summary>
    public ShapeBinding Bind(MetricShape shape)
    {
        if ((uint)shape.Number < (uint)_bindings.Length && _bindings[shape.Number] is { } known)
        {
            return known;
        }

        var binding = new ShapeBinding(shape, Vector, _indexOfMetric);
        if (shape.Number >= 0)
        {
            if (shape.Number >= _bindings.Length)
            {
                Array.Resize(ref _bindings, Math.Max(16, shape.Number * 2));
            }

            _bindings[shape.Number] = binding;
        }

        return binding;
    }
}
