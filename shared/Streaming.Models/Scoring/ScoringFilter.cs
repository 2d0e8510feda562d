using System.Globalization;
using System.Text;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Models.Deployments;
using Streaming.Models.Telemetry;
using Streaming.Pipes;

namespace Streaming.Models.Scoring;

/// <summary>
/// From feature vectors to predictions. A batch's vectors are scored together for each model and come out in the order in which they came in.
/// A vector of a feature set without a model is passed over; one that a model cannot score is refused alone.
/// </summary>
public sealed class ScoringFilter : IFilter, IDisposable
{
    private const int Predictions = 0;

    private readonly ScoringSlot[] _slots;
    private readonly VectorReader _reader;
    private readonly byte[] _pipelineVersion;
    private readonly byte[] _id = new byte[PredictionId.Length];
    private readonly AvroBuffer _value = new(1024);
    private Place[] _places = new Place[256];
    private readonly IDisposable _shown;
    private int _schemaId;

    /// <summary>A filter with models of one stage.</summary>
    /// <param name="models">At most one for a feature set. Each is opened for this filter alone.</param>
    /// <param name="schemas">What vectors were written with.</param>
    /// <param name="pipelineVersion">Goes into every prediction.</param>
    /// <exception cref="Packages.ModelPackageException">A model cannot be used.</exception>
    public ScoringFilter(IReadOnlyList<DeployedModel> models, IWriterSchemas schemas, string pipelineVersion)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(schemas);
        ArgumentException.ThrowIfNullOrEmpty(pipelineVersion);
        _slots = Open(models);
        _reader = new VectorReader(schemas);
        _pipelineVersion = Encoding.UTF8.GetBytes(pipelineVersion);
        Statistics = new ScoringStatistics(Array.ConvertAll(_slots, slot => slot.Statistics));
        _shown = ScoringMeter.Show(Statistics);
    }

    /// <summary>What was done since the start.</summary>
    public ScoringStatistics Statistics { get; }

    /// <summary>The places of the deployments, for whoever offers other models.</summary>
    public IReadOnlyList<ModelSlot> Slots => Array.ConvertAll(_slots, slot => slot.Slot);

    /// <inheritdoc/>
    public void Start(FilterTopics topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        _schemaId = topics.Outputs[Predictions].SchemaId;
    }

    /// <inheritdoc/>
    public void Process(RecordBatch batch, OutputBatch output)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var slot in _slots)
        {
            slot.Start();
        }

        if (_places.Length < batch.Count)
        {
            Array.Resize(ref _places, Math.Max(batch.Count, 2 * _places.Length));
        }

        for (var index = 0; index < batch.Count; index++)
        {
            _places[index] = Take(batch, index, output);
        }

        foreach (var slot in _slots)
        {
            slot.Score();
        }

        for (var index = 0; index < batch.Count; index++)
        {
            if (_places[index] is { Slot: { } slot, Row: var row })
            {
                output.Source = index;
                Give(batch, index, slot, row, output);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shown.Dispose();
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }

    private static ScoringSlot[] Open(IReadOnlyList<DeployedModel> models)
    {
        var slots = new List<ScoringSlot>();
        try
        {
            foreach (var model in models)
            {
                slots.Add(new ScoringSlot(new ModelSlot(model)));
            }

            return [.. slots];
        }
        catch
        {
            slots.ForEach(slot => slot.Dispose());
            throw;
        }
    }

    /// <summary>Puts a vector's values among its model's rows, passes it over, or refuses it.</summary>
    private Place Take(RecordBatch batch, int index, OutputBatch output)
    {
        if (_reader.TryRead(batch[index], out var vector, out var reason) is { } fault)
        {
            Refuse(batch, index, output, reason, fault, default);
            return default;
        }

        if (SlotFor(vector) is not { } slot)
        {
            Statistics.PassOver();
            return default;
        }

        var model = slot.Model;
        if (!vector.FeatureSetHash.SequenceEqual(model.FeatureSetHash) || vector.Features.Count != model.Scorer.FeatureCount)
        {
            Refuse(batch, index, output, DeadLetterReason.VectorMismatch, Mismatch(vector, model), vector.EntityId);
            return default;
        }

        var row = slot.NextRow();
        vector.Features.CopyTo(row);
        if (Unusable(row, model.AllowsMissing) is >= 0 and var feature)
        {
            slot.Statistics.Refuse();
            output.Refuse(batch, index, DeadLetterReason.NotFinite, NotTaken(row[feature], feature, model), Encoding.UTF8.GetString(vector.EntityId));
            return default;
        }

        return new Place(slot, slot.Keep());
    }

    private void Give(RecordBatch batch, int index, ScoringSlot slot, int row, OutputBatch output)
    {
        _reader.TryRead(batch[index], out var vector, out _);
        var model = slot.Model;
        var scores = slot.ScoresOf(row);
        foreach (var score in scores)
        {
            if (!double.IsFinite(score))
            {
                slot.Statistics.Refuse();
                output.Refuse(batch, index, DeadLetterReason.ScoreNotFinite, NotScored(score, model), Encoding.UTF8.GetString(vector.EntityId));
                return;
            }
        }

        PredictionId.Compute(model.Deployment, model.Sha256, model.FeatureSetHash, vector.EntityId, vector.BucketStart, vector.Revision, _id);
        var label = model.Rule.LabelOf(scores);

        _value.Reset();
        ConfluentFraming.Write(_value, _schemaId);
        var writer = new AvroWriter(_value);
        Prediction.EncodeFields(
            ref writer,
            _id,
            vector.EntityId,
            vector.BucketStart,
            vector.BucketEnd,
            vector.Revision,
            model.FeatureSet,
            model.FeatureSetVersion,
            model.FeatureSetHash,
            model.Deployment,
            model.Name,
            model.Version,
            model.Sha256,
            model.Deployed.Stage,
            scores,
            hasLabel: label >= 0,
            label >= 0 ? model.Labels[label] : default,
            model.Threshold,
            _pipelineVersion,
            hasFeatures: false,
            features: default);
        output.Add(Predictions, OutputBatch.ByKey, vector.EntityId, _value.WrittenSpan);
        slot.Statistics.Score();
    }

    private ScoringSlot? SlotFor(in FeatureVectorView vector)
    {
        foreach (var slot in _slots)
        {
            if (slot.Model.IsFor(vector.FeatureSet, vector.FeatureSetVersion))
            {
                return slot;
            }
        }

        return null;
    }

    private void Refuse(RecordBatch batch, int index, OutputBatch output, DeadLetterReason reason, string detail, ReadOnlySpan<byte> entityId)
    {
        Statistics.Refuse();
        output.Refuse(batch, index, reason, detail, entityId.IsEmpty ? null : Encoding.UTF8.GetString(entityId));
    }

    /// <summary>Position of the first value that the model does not take; -1 where it takes all.</summary>
    private static int Unusable(ReadOnlySpan<double> row, bool allowsMissing)
    {
        for (var index = 0; index < row.Length; index++)
        {
            if (!double.IsFinite(row[index]) && !(allowsMissing && double.IsNaN(row[index])))
            {
                return index;
            }
        }

        return -1;
    }

    private static string Mismatch(in FeatureVectorView vector, LoadedModel model) =>
        $"the vector is of feature set '{Encoding.UTF8.GetString(vector.FeatureSet)}' version {vector.FeatureSetVersion} with hash {Encoding.UTF8.GetString(vector.FeatureSetHash)} and {vector.Features.Count} features; " +
        $"deployment '{model.Deployed.Deployment}' was trained on hash {model.Deployed.Package.Manifest.FeatureSet.Hash} with {model.Scorer.FeatureCount}; " +
        "a changed feature set needs a new version and a model trained on it";

    private static string NotTaken(double value, int feature, LoadedModel model) => string.Create(
        CultureInfo.InvariantCulture,
        $"feature '{model.Deployed.Package.Manifest.FeatureSet.Features[feature]}' is {(double.IsNaN(value) ? "missing" : value)}, which model '{model.Deployed.Package.Manifest.Name}' version {model.Deployed.Package.Manifest.Version} does not take; give the feature a missing policy, or train a model that allows it");

    private static string NotScored(double score, LoadedModel model) => string.Create(
        CultureInfo.InvariantCulture,
        $"model '{model.Deployed.Package.Manifest.Name}' version {model.Deployed.Package.Manifest.Version} gave the score {score} or failed on this vector; a score must be finite");

    /// <summary>Where a record's values lie among a model's rows; none for one that is refused or passed over.</summary>
    private readonly record struct Place(ScoringSlot? Slot, int Row);
}
