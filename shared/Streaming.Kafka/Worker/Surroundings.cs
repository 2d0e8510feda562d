namespace Streaming.Kafka;

/// <summary>What a worker's thread has of the world beside Kafka: a clock, and ways to wait.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Pause">Waits.</param>
/// <param name="Await">Waits for a task, but not longer; does not fail with it.</param>
internal sealed record Surroundings(TimeProvider Time, Action<TimeSpan> Pause, Action<Task, TimeSpan> Await);
