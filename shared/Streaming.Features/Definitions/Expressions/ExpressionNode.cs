namespace Streaming.Features.Definitions.Expressions;

/// <summary>What an expression gives. Truths are 1 and 0, times are milliseconds since 1970, and what is missing is NaN.</summary>
internal enum ExpressionType
{
    /// <summary>A number; of a length of time, seconds.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A moment.</summary>
    Time,
}

/// <summary>What an expression is computed from.</summary>
/// <param name="values">The values of the names, by their positions; NaN where missing.</param>
/// <param name="start">The bucket's start.</param>
/// <param name="end">The bucket's end.</param>
internal readonly ref struct ExpressionInput(ReadOnlySpan<double> values, long start, long end)
{
    public ReadOnlySpan<double> Values { get; } = values;

    public long Start { get; } = start;

    public long End { get; } = end;
}

/// <summary>A part of an expression, checked and ready to compute.</summary>
internal abstract class ExpressionNode(ExpressionType type)
{
    public ExpressionType Type => type;

    /// <summary>The value; NaN where something that it needs is missing.</summary>
    public abstract double Compute(in ExpressionInput input);
}

internal sealed class ConstantNode(double value, ExpressionType type = ExpressionType.Number) : ExpressionNode(type)
{
    public override double Compute(in ExpressionInput input) => value;
}

internal sealed class NameNode(int position, ExpressionType type) : ExpressionNode(type)
{
    public override double Compute(in ExpressionInput input) => input.Values[position];
}

/// <summary>The bucket's start or end.</summary>
internal sealed class BoundNode(bool isEnd) : ExpressionNode(ExpressionType.Time)
{
    public override double Compute(in ExpressionInput input) => isEnd ? input.End : input.Start;
}

internal sealed class CallNode(ExpressionType type, Func<double, double, double> function, ExpressionNode first, ExpressionNode second) : ExpressionNode(type)
{
    public override double Compute(in ExpressionInput input)
    {
        var (left, right) = (first.Compute(input), second.Compute(input));
        return double.IsNaN(left) || double.IsNaN(right) ? double.NaN : function(left, right);
    }
}

/// <summary>Joins truths; where one side decides, the other may be missing.</summary>
/// <param name="deciding">1 for or, 0 for and.</param>
/// <param name="first">A truth.</param>
/// <param name="second">A truth.</param>
internal sealed class LogicNode(double deciding, ExpressionNode first, ExpressionNode second) : ExpressionNode(ExpressionType.Truth)
{
    public override double Compute(in ExpressionInput input)
    {
        var (left, right) = (first.Compute(input), second.Compute(input));
        return left == deciding || right == deciding ? deciding : double.IsNaN(left) ? left : right;
    }
}

/// <summary>Only the branch that is chosen is computed, so what the other one needs may be missing.</summary>
internal sealed class IfNode(ExpressionNode condition, ExpressionNode then, ExpressionNode otherwise) : ExpressionNode(then.Type)
{
    public override double Compute(in ExpressionInput input) => condition.Compute(input) switch
    {
        double.NaN => double.NaN,
        0 => otherwise.Compute(input),
        _ => then.Compute(input),
    };
}

/// <summary>Whether a value is there.</summary>
internal sealed class PresentNode(ExpressionNode value) : ExpressionNode(ExpressionType.Truth)
{
    public override double Compute(in ExpressionInput input) => double.IsNaN(value.Compute(input)) ? 0 : 1;
}
