using Streaming.Avro.Registry;
using Streaming.Contracts;

namespace Streaming.History.Sink;

/// <summary>One of the topics that the sink keeps.</summary>
/// <param name="Topic">Feature vectors, predictions, shadow predictions, labels, deployments, jobs or feature sets.</param>
/// <param name="Schemas">The schemas that its records were written with.</param>
public sealed record MonitoringInput(Topic Topic, IWriterSchemas Schemas);
