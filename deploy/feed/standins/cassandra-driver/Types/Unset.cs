namespace Cassandra;

/// <summary>A bound variable without a value: the column stays as it is, without a tombstone.</summary>
public sealed class Unset
{
    /// <summary>The one instance.</summary>
    public static readonly Unset Value = new();

    private Unset()
    {
    }
}
