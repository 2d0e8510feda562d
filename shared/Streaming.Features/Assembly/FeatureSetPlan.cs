using System.Buffers.Binary;
using System.Text;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>A feature set, ready to run: shared by all partitions, never changed.</summary>
internal sealed class FeatureSetPlan
{
    private readonly int[] _indexOfMetric;

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
        _indexOfMetric = new int[numbers.Max() + 1];
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

    /// <summary>The place of a metric in the vector's plan; <see cref="MetricNames.Unused"/> where it has none.</summary>
    public int IndexOf(int metric) => (uint)metric < (uint)_indexOfMetric.Length ? _indexOfMetric[metric] : MetricNames.Unused;

    /// <summary>Whether any of these metrics is used.</summary>
    public bool UsesAny(ReadOnlySpan<int> metrics)
    {
        foreach (var metric in metrics)
        {
            if (IndexOf(metric) != MetricNames.Unused)
            {
                return true;
            }
        }

        return false;
    }
}
