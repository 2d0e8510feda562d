using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Export;

/// <summary>A vector with what belongs beside it.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="State">What is known of its truth.</param>
/// <param name="Label">The label that joins it; only with <see cref="LabelState.Known"/>.</param>
/// <param name="Prediction">What the deployment said of its bucket; null where it said nothing, or was not asked for.</param>
public readonly record struct ExportRow(VectorRow Vector, LabelState State, LabelledTime? Label, PredictionRow? Prediction);
