namespace Streaming.Features.Definitions;

/// <summary>What stands in a vector for a feature that no reading gave.</summary>
/// <param name="Kind">The kind of policy.</param>
/// <param name="Constant">The value of <see cref="MissingPolicyKind.Constant"/>, finite; else 0.</param>
/// <param name="MaxAge">Of <see cref="MissingPolicyKind.Last"/>: how much earlier the bucket may end that the value is taken from, in milliseconds; else 0.</param>
public readonly record struct MissingPolicy(MissingPolicyKind Kind, double Constant, long MaxAge = 0)
{
    /// <summary>None declared: NaN, and <see cref="EmitMode.Complete"/> waits for the feature.</summary>
    public static readonly MissingPolicy None = new(MissingPolicyKind.None, 0);

    /// <summary>Whether a policy is declared, so that <see cref="EmitMode.Complete"/> does not wait for the feature. One that skips the vector makes it wait.</summary>
    public bool IsDeclared => Kind is not (MissingPolicyKind.None or MissingPolicyKind.Skip);

    /// <summary>The value for a feature that is missing and has no earlier one to take.</summary>
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

    /// <summary>What the latest earlier bucket's vector had, unless that bucket ended too long ago.</summary>
    Last,

    /// <summary>No vector leaves while the feature is missing; <see cref="EmitMode.Complete"/> waits for it.</summary>
    Skip,
}
