using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>Makes readings out of the views of their records.</summary>
internal sealed class ReadingDecoder(MetricNames metrics)
{
    private readonly IdentityBuffer _identity = new();
    private double[] _values = new double[256];
    private long _identityOf = -1;

    /// <summary>The shapes seen.</summary>
    public MetricShapes Shapes { get; } = new(metrics);

    /// <summary>Decodes a reading; what it gives is valid until the next one.</summary>
    public void Decode(scoped in IngestedReadingView view, long arrival, long offset, out Reading into)
    {
        ref readonly var reading = ref view.Reading;
        var count = reading.Metrics.Count;
        if (count > _values.Length)
        {
            _values = new double[count];
        }

        _identityOf = -1;
        into.Offset = offset;
        into.Arrival = arrival;
        into.EventTime = reading.EventTime;
        into.Scope = reading.Scope;
        into.EntityId = reading.EntityId;
        into.Shape = Shapes.Find(reading.Metrics, _values);
        into.Values = _values.AsSpan(0, count);
        into.HasDevice = reading.HasDeviceId;
        into.Device = reading.DeviceId;
        into.HasSequence = reading.HasSequence;
        into.Sequence = reading.Sequence;
        into.Tags = reading.Tags;
        into.Body = view.Encoded;
    }

    /// <summary>The full identity of the reading that was decoded last.</summary>
    public ReadOnlySpan<byte> Identity(scoped in Reading reading)
    {
        if (_identityOf != reading.Offset)
        {
            _identityOf = reading.Offset;
            ReadingIdentity.Write(_identity, reading);
        }

        return _identity.Written;
    }
}
