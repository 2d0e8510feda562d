namespace Streaming.Flow;

/// <summary>The chain at one moment, as seen from outside.</summary>
/// <param name="Stages">The stages, in the order of the chain.</param>
/// <param name="Published">Readings in sensor.raw.</param>
/// <param name="PublishedPerSecond">The same, over the last few seconds.</param>
/// <param name="Late">Readings in sensor.late: they came too late for their bucket.</param>
/// <param name="DeadLetters">Records in dead.letters.</param>
/// <param name="LastRefusal">The newest of them; null where there is none.</param>
public sealed record ChainSnapshot(IReadOnlyList<StageSnapshot> Stages, long Published, double PublishedPerSecond, long Late, long DeadLetters, Refused? LastRefusal);

/// <summary>One stage.</summary>
/// <param name="Service">The service.</param>
/// <param name="Output">The topic that it writes, or what it writes to; without prefix.</param>
/// <param name="Written">Records in that topic, ticks not counted; for a stage that writes no topic, records of its inputs.</param>
/// <param name="WrittenPerSecond">The same, over the last few seconds.</param>
/// <param name="Lag">Records of its inputs that its group has not committed, by an upper bound: control records between them count.</param>
public sealed record StageSnapshot(string Service, string Output, long Written, double WrittenPerSecond, long Lag);

/// <summary>A dead letter in short.</summary>
/// <param name="Stage">Who refused it.</param>
/// <param name="Reason">The rule's name.</param>
/// <param name="Detail">The rule, and the value that broke it.</param>
/// <param name="Source">topic/partition/offset.</param>
/// <param name="EntityId">The entity, where it could be read.</param>
public sealed record Refused(string Stage, string Reason, string Detail, string Source, string? EntityId);
