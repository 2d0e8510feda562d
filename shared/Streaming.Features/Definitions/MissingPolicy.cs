namespace Streaming.Features.Definitions;

/// <summary>What stands in a vector for a feature that no reading gave.</summary>
/// <param name="Kind">The kind of policy.</param>
/// <param name="Constant">The value of <see cref="MissingPolicyKind.Constant"/>, finite; else 0.</param>
public readonly record struct MissingPolicy(MissingPolicyKind Kind, double Constant)
{
    /// <summary>None declared: NaN, and <see cref="EmitMode.Complete"/> waits for the feature.</summary>
    public static readonly MissingPolicy None = new(MissingPolicyKind.None, 0);

    /// <summary>Whether a policy is declared, so that <see cref="EmitMode.Complete"/> does not wait for the feature.</summary>
    public bool IsDeclared => Kind != MissingPolicyKind.None;

    /// <summary>The value for a feature that is missing.</summary>
    public double Value => Kind == MissingPolicyKind.Constant ? Constant : double.NaN;
}

/// <summary>The kinds of missing policy.</summary>
public enum MissingPolicyKind
{
    /// <summary>None declared: NaN.</summary>
    None,

    /// <summary>NaN, declared.</summary>
    Nan,

    /// <summary>A constant.</summary>
    Constant,
}
