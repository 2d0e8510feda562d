using Streaming.Contracts;

namespace Streaming.Avro.Tests;

/// <summary>A generated view, beside the class of the same record.</summary>
/// <param name="Record">The class.</param>
/// <param name="TryRead">Reads the view, and writes a record from what it shows: the record's fields through EncodeFields.</param>
internal sealed record ViewCase(RecordCase Record, ViewCase.Reading TryRead)
{
    public delegate AvroStatus Reading(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded);

    public static readonly IReadOnlyList<ViewCase> All =
    [
        new(Case(nameof(SensorReading)), SensorReadingCase), new(Case(nameof(IngestedReading)), IngestedReadingCase),
        new(Case(nameof(EntityAttributes)), EntityAttributesCase), new(Case(nameof(Tick)), TickCase), new(Case(nameof(FeatureVector)), FeatureVectorCase),
        new(Case(nameof(Prediction)), PredictionCase), new(Case(nameof(Label)), LabelCase), new(Case(nameof(GroupFeatures)), GroupFeaturesCase),
    ];

    private static RecordCase Case(string name) => RecordCase.All.Single(record => record.Name == name);

    private static AvroStatus SensorReadingCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = SensorReadingView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        Write(rewritten, view);
        return status;
    }

    private static void Write(AvroBuffer rewritten, in SensorReadingView view)
    {
        var writer = new AvroWriter(rewritten);
        SensorReading.EncodeFields(
            ref writer, view.EntityId, view.EventTime, view.Metrics.Encoded, view.Scope, view.HasDeviceId, view.DeviceId,
            view.HasSequence ? view.Sequence : null, view.Tags.Encoded);
    }

    private static AvroStatus IngestedReadingCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = IngestedReadingView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var reading = new AvroBuffer();
        Write(reading, view.Reading);
        var writer = new AvroWriter(rewritten);
        IngestedReading.EncodeFields(ref writer, view.IngestTime, view.SourcePartition, view.SourceOffset, view.Copy, reading.WrittenSpan);
        return status;
    }

    private static AvroStatus EntityAttributesCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = EntityAttributesView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var writer = new AvroWriter(rewritten);
        EntityAttributes.EncodeFields(
            ref writer, view.EntityId, view.ValidFrom, view.Scope, view.HasGroupId, view.GroupId, view.Attributes.Encoded,
            view.HasIngestTime ? view.IngestTime : null, view.SourcePartition, view.SourceOffset, view.Copy);
        return status;
    }

    private static AvroStatus TickCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = TickView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var passed = new AvroBuffer();
        var items = new AvroWriter(passed);
        items.WriteBlock(view.Passed.Count);
        if (status == AvroStatus.Ok)
        {
            foreach (ref readonly var item in view.Passed)
            {
                PassedUntil.EncodeFields(ref items, item.Partition, item.IngestTime);
            }
        }

        items.WriteEnd();
        var writer = new AvroWriter(rewritten);
        Tick.EncodeFields(ref writer, view.SourcePartitions, passed.WrittenSpan);
        return status;
    }

    private static AvroStatus FeatureVectorCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = FeatureVectorView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var features = new double[status == AvroStatus.Ok ? view.Features.Count : 0];
        var missing = new List<int>();
        if (status == AvroStatus.Ok)
        {
            view.Features.CopyTo(features);
            foreach (var position in view.Missing)
            {
                missing.Add(position);
            }
        }

        var writer = new AvroWriter(rewritten);
        FeatureVector.EncodeFields(
            ref writer, view.EntityId, view.BucketStart, view.BucketEnd, view.FeatureSet, view.FeatureSetVersion, view.FeatureSetHash, view.Revision,
            features, missing.ToArray(), view.ReadingCount, view.LateCount, view.Completeness, view.CloseReason, view.InputPartition, view.FirstOffset, view.LastOffset);
        return status;
    }

    private static AvroStatus PredictionCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = PredictionView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var writer = new AvroWriter(rewritten);
        Prediction.EncodeFields(
            ref writer, view.PredictionId, view.EntityId, view.BucketStart, view.BucketEnd, view.Revision, view.FeatureSet, view.FeatureSetVersion,
            view.FeatureSetHash, view.Deployment, view.ModelName, view.ModelVersion, view.ModelSha256, view.Stage, Doubles(status, view.Scores),
            view.HasLabel, view.Label, view.HasThreshold ? view.Threshold : null, view.PipelineVersion, view.HasFeatures, Doubles(status, view.Features));
        return status;
    }

    private static AvroStatus LabelCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = LabelView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var writer = new AvroWriter(rewritten);
        Label.EncodeFields(
            ref writer, view.EntityId, view.EventTime, view.HasEventEnd ? view.EventEnd : null, view.Name, view.Value, view.KnownAt, view.Source,
            view.HasPredictionId, view.PredictionId);
        return status;
    }

    private static AvroStatus GroupFeaturesCase(ReadOnlySpan<byte> body, AvroBuffer rewritten, out byte[] encoded)
    {
        var status = GroupFeaturesView.TryRead(body, AvroLimits.Default, out var view);
        encoded = view.Encoded.ToArray();
        var writer = new AvroWriter(rewritten);
        GroupFeatures.EncodeFields(
            ref writer, view.GroupId, view.MemberId, view.FeatureSet, view.FeatureSetVersion, view.FeatureSetHash, view.BucketStart, view.BucketEnd,
            view.Revision, view.Features.Encoded, view.HasIngestTime ? view.IngestTime : null, view.SourcePartition, view.SourceOffset);
        return status;
    }

    private static double[] Doubles(AvroStatus status, AvroDoubleList list)
    {
        var values = new double[status == AvroStatus.Ok ? list.Count : 0];
        if (status == AvroStatus.Ok)
        {
            list.CopyTo(values);
        }

        return values;
    }
}
