namespace Streaming.Avro.Registry;

/// <summary>What a registry demands of a new schema under a subject.</summary>
public enum CompatibilityLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The new schema reads what the latest one wrote.</summary>
    Backward,

    /// <summary>The new schema reads what every earlier one wrote.</summary>
    BackwardTransitive,

    /// <summary>The latest schema reads what the new one writes.</summary>
    Forward,

    /// <summary>Every earlier schema reads what the new one writes.</summary>
    ForwardTransitive,

    /// <summary>Backward and forward, against the latest schema.</summary>
    Full,

    /// <summary>Backward and forward, against every earlier schema.</summary>
    FullTransitive,
}

/// <summary>The levels by the names that registries use.</summary>
public static class CompatibilityLevels
{
    private static readonly string[] Names = ["NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"];

    /// <summary>The name on the wire, such as <c>BACKWARD_TRANSITIVE</c>.</summary>
    public static string ToName(this CompatibilityLevel level) => Names[(int)level];

    /// <summary>Reads a name as it stands on the wire; case does not matter.</summary>
    /// <returns>Whether it is one of the seven.</returns>
    public static bool TryParse(string? name, out CompatibilityLevel level)
    {
        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        level = (CompatibilityLevel)Math.Max(0, index);
        return index >= 0;
    }

    /// <summary>Whether a new schema must read what earlier ones wrote.</summary>
    public static bool ReadsEarlier(this CompatibilityLevel level) =>
        level is CompatibilityLevel.Backward or CompatibilityLevel.BackwardTransitive or CompatibilityLevel.Full or CompatibilityLevel.FullTransitive;

    /// <summary>Whether earlier schemas must read what a new one writes.</summary>
    public static bool ReadByEarlier(this CompatibilityLevel level) =>
        level is CompatibilityLevel.Forward or CompatibilityLevel.ForwardTransitive or CompatibilityLevel.Full or CompatibilityLevel.FullTransitive;

    /// <summary>Whether every earlier schema counts, not the latest alone.</summary>
    public static bool IsTransitive(this CompatibilityLevel level) =>
        level is CompatibilityLevel.BackwardTransitive or CompatibilityLevel.ForwardTransitive or CompatibilityLevel.FullTransitive;

    /// <summary>The same demand on the latest schema alone.</summary>
    public static CompatibilityLevel OfLatest(this CompatibilityLevel level) => level switch
    {
        CompatibilityLevel.BackwardTransitive => CompatibilityLevel.Backward,
        CompatibilityLevel.ForwardTransitive => CompatibilityLevel.Forward,
        CompatibilityLevel.FullTransitive => CompatibilityLevel.Full,
        _ => level,
    };
}
