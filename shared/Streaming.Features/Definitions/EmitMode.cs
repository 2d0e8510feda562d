namespace Streaming.Features.Definitions;

/// <summary>When a bucket's first vector leaves.</summary>
public enum EmitMode
{
    /// <summary>When the bucket closes.</summary>
    Close,

    /// <summary>At the reading that makes the last feature without a missing policy present; what comes later until the close makes revisions.</summary>
    Complete,
}
