namespace Streaming.History.Export;

/// <summary>What an exported row knows of its truth.</summary>
public enum LabelState
{
    /// <summary>No labels were asked for.</summary>
    None,

    /// <summary>A label joins the bucket.</summary>
    Known,

    /// <summary>Everything that could be known of the bucket is, no label joins it, and the rule says what that means.</summary>
    Assumed,

    /// <summary>Everything that could be known of the bucket is, and no label joins it.</summary>
    Missing,

    /// <summary>The bucket is too young for its truth. Labels that came early are left out: those that come early are seldom like the others.</summary>
    Immature,
}
