using Streaming.History.Rows;
using Streaming.Pipes;

namespace Streaming.History.Sink;

/// <summary>A row on its way to the store, with the record that it came from, should the store refuse it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Batch">The batch that holds its record.</param>
/// <param name="Index">The record's position there.</param>
/// <param name="Output">Where its refusal goes.</param>
internal readonly record struct CollectedRow(HistoryRow Row, RecordBatch Batch, int Index, OutputBatch Output);
