namespace Streaming.Features.Assembly;

/// <summary>What a member of a group said of itself in a bucket.</summary>
/// <param name="Id">The member.</param>
/// <param name="Group">Its group as of the bucket's end; empty where it has left every group.</param>
/// <param name="Revision">That of its vector: a higher one replaces.</param>
/// <param name="Values">The features that are shared, in the order of the plan; NaN where one is missing.</param>
internal sealed record MemberFeatures(string Id, string Group, int Revision, double[] Values);
