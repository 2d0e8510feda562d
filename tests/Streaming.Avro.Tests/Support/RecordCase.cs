using Streaming.Contracts;

namespace Streaming.Avro.Tests;

/// <summary>A generated type, without its type parameter.</summary>
internal abstract class RecordCase
{
    /// <summary>Every generated record and union.</summary>
    public static readonly IReadOnlyList<RecordCase> All =
    [
        Of<SensorReading>(), Of<IngestedReading>(), Of<EntityAttributes>(), Of<Tick>(), Of<PassedUntil>(), Of<SensorLog>(), Of<GroupFeatures>(),
        Of<FeatureSet>(), Of<FeatureLayout>(), Of<FeatureVector>(), Of<Prediction>(), Of<Label>(), Of<DeploymentEvent>(), Of<Alert>(),
        Of<JobEvent>(), Of<DeadLetter>(), Of<Progress>(), Of<StateBlob>(), Of<FeatureState>(),
    ];

    public abstract string Name { get; }

    public abstract AvroSchema Schema { get; }

    public abstract AvroStatus TryDecode(ReadOnlySpan<byte> body, in AvroLimits limits, out object? value);

    public abstract byte[] Encode(object value);

    private static Typed<T> Of<T>()
        where T : class, IAvroRecord<T> => new();

    private sealed class Typed<T> : RecordCase
        where T : class, IAvroRecord<T>
    {
        public override string Name => typeof(T).Name;

        public override AvroSchema Schema => T.Schema;

        public override AvroStatus TryDecode(ReadOnlySpan<byte> body, in AvroLimits limits, out object? value)
        {
            var status = AvroCodec.TryDecode<T>(body, limits, out var typed);
            value = typed;
            return status;
        }

        public override byte[] Encode(object value) => AvroCodec.ToBody((T)value);
    }
}
