using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>What a record of <c>group.features</c> must be like. Only assembly writes there; what somebody else wrote must not go round.</summary>
internal sealed class MemberRules(IngestOptions options)
{
    /// <summary>The first rule that it breaks; null where it breaks none.</summary>
    public Fault? Check(scoped in GroupFeaturesView member) =>
        ReadingRules.CheckId(member.MemberId, "member_id", options)
        ?? (member.GroupId.IsEmpty ? null : ReadingRules.CheckId(member.GroupId, "group_id", options))
        ?? (RecordRules.OfBucket(member.BucketStart, member.BucketEnd) is { } broken ? new Fault(DeadLetterReason.InvalidTime, broken) : null);
}
