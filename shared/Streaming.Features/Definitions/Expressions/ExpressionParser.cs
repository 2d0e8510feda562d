using Streaming.Yaml;

namespace Streaming.Features.Definitions.Expressions;

/// <summary>
/// Reads expressions: numbers, lengths of time, names, <c>+ - * /</c>, <c>&lt; &lt;= &gt; &gt;= == !=</c>, <c>and or not</c>, <c>abs min max if present</c>,
/// <c>bucket_start</c> and <c>bucket_end</c>. Everything has a type, and a mistake is told with its place.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MaxDepth = 100;
    private const int ShownNames = 20;
    private const string Numbers = "it must stand between numbers: a time less a time is one, in seconds, and if(…, 1, 0) makes one of a truth";
    private static readonly string[] Functions = ["abs", "min", "max", "if", "present"];
    private static readonly string[] Words = ["bucket_start", "bucket_end"];

    private readonly List<Token> _tokens;
    private readonly IReadOnlyDictionary<string, (int Position, ExpressionType Type)> _names;
    private int _next;
    private int _depth;

    private ExpressionParser(List<Token> tokens, IReadOnlyDictionary<string, (int Position, ExpressionType Type)> names) => (_tokens, _names) = (tokens, names);

    /// <summary>Positions of the names that were used.</summary>
    private HashSet<int> Used { get; } = [];

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="names">What may be named: position of its value, and its type.</param>
    /// <param name="wanted">What it must give. A truth may stand for the number 1 or 0.</param>
    /// <param name="problem">Takes a mistake, with its place from 0.</param>
    /// <returns>The expression with the positions that it uses; null where there is a mistake.</returns>
    public static (ExpressionNode Node, IReadOnlySet<int> Used)? Parse(
        string text, IReadOnlyDictionary<string, (int Position, ExpressionType Type)> names, ExpressionType wanted, Action<int, string> problem)
    {
        if (ExpressionLexer.Cut(text, problem) is not { } tokens)
        {
            return null;
        }

        var parser = new ExpressionParser(tokens, names);
        try
        {
            var node = parser.Either();
            if (parser.Peek.Kind != TokenKind.End)
            {
                throw new Mistake(parser.Peek.At, $"'{parser.Peek.Text}' is not expected here; an operator is");
            }

            if (node.Type != wanted && !(wanted == ExpressionType.Number && node.Type == ExpressionType.Truth))
            {
                throw new Mistake(0, $"the expression gives {Name(node.Type)}; it must give {Name(wanted)}{(node.Type == ExpressionType.Time ? ": subtract another time from it" : "")}");
            }

            return (node, parser.Used);
        }
        catch (Mistake mistake)
        {
            problem(mistake.At, mistake.Message);
            return null;
        }
    }

    private Token Peek => _tokens[_next];

    private static string Name(ExpressionType type) => type switch
    {
        ExpressionType.Number => "a number",
        ExpressionType.Truth => "a truth",
        _ => "a time",
    };

    private ExpressionNode Either()
    {
        if (++_depth > MaxDepth)
        {
            throw new Mistake(Peek.At, $"the expression is deeper than {MaxDepth} levels");
        }

        var left = Both();
        while (TryTake("or"))
        {
            left = Truths(left, Both(), deciding: 1);
        }

        _depth--;
        return left;
    }

    private ExpressionNode Both()
    {
        var left = Not();
        while (TryTake("and"))
        {
            left = Truths(left, Not(), deciding: 0);
        }

        return left;
    }

    private ExpressionNode Not()
    {
        var at = Peek.At;
        if (!TryTake("not"))
        {
            return Comparison();
        }

        var node = Expect(Not(), ExpressionType.Truth, at);
        return Call(ExpressionType.Truth, node, (a, _) => a == 0 ? 1 : 0);
    }

    private ExpressionNode Comparison()
    {
        var left = Sum();
        var symbol = Peek;
        Func<double, double, double>? compare = symbol.Kind != TokenKind.Symbol ? null : symbol.Text switch
        {
            "<" => (a, b) => a < b ? 1 : 0,
            "<=" => (a, b) => a <= b ? 1 : 0,
            ">" => (a, b) => a > b ? 1 : 0,
            ">=" => (a, b) => a >= b ? 1 : 0,
            "==" => (a, b) => a == b ? 1 : 0,
            "!=" => (a, b) => a != b ? 1 : 0,
            _ => null,
        };
        if (compare is null)
        {
            return left;
        }

        _next++;
        var right = Sum();
        return left.Type == right.Type && left.Type != ExpressionType.Truth
            ? new CallNode(ExpressionType.Truth, compare, left, right)
            : throw new Mistake(symbol.At, $"{Name(left.Type)} cannot be compared with {Name(right.Type)}; both must be numbers, or both times");
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        while (Peek is { Kind: TokenKind.Symbol, Text: "+" or "-" } symbol)
        {
            _next++;
            var right = Product();
            left = (left.Type, symbol.Text, right.Type) switch
            {
                (ExpressionType.Number, "+", ExpressionType.Number) => new CallNode(ExpressionType.Number, (a, b) => a + b, left, right),
                (ExpressionType.Number, "-", ExpressionType.Number) => new CallNode(ExpressionType.Number, (a, b) => a - b, left, right),
                (ExpressionType.Time, "-", ExpressionType.Time) => new CallNode(ExpressionType.Number, (a, b) => (a - b) / 1000, left, right),
                (ExpressionType.Time, "+", ExpressionType.Number) => new CallNode(ExpressionType.Time, (a, b) => a + (b * 1000), left, right),
                (ExpressionType.Time, "-", ExpressionType.Number) => new CallNode(ExpressionType.Time, (a, b) => a - (b * 1000), left, right),
                _ => throw new Mistake(symbol.At, $"'{symbol.Text}' cannot join {Name(left.Type)} and {Name(right.Type)}; {Numbers}"),
            };
        }

        return left;
    }

    private ExpressionNode Product()
    {
        var left = Signed();
        while (Peek is { Kind: TokenKind.Symbol, Text: "*" or "/" } symbol)
        {
            _next++;
            var right = Signed();
            if (left.Type != ExpressionType.Number || right.Type != ExpressionType.Number)
            {
                throw new Mistake(symbol.At, $"'{symbol.Text}' cannot join {Name(left.Type)} and {Name(right.Type)}; {Numbers}");
            }

            left = new CallNode(ExpressionType.Number, symbol.Text == "*" ? (a, b) => a * b : (a, b) => a / b, left, right);
        }

        return left;
    }

    private ExpressionNode Signed()
    {
        var at = Peek.At;
        if (!TryTake("-"))
        {
            return Single();
        }

        if (++_depth > MaxDepth)
        {
            throw new Mistake(at, $"the expression is deeper than {MaxDepth} levels");
        }

        var node = Call(ExpressionType.Number, Expect(Signed(), ExpressionType.Number, at), (a, _) => -a);
        _depth--;
        return node;
    }

    private ExpressionNode Single()
    {
        var token = Peek;
        _next++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new ConstantNode(token.Value);
            case TokenKind.Name when Peek is { Kind: TokenKind.Symbol, Text: "(" }:
                return Function(token);
            case TokenKind.Name when _names.TryGetValue(token.Text, out var name):
                Used.Add(name.Position);
                return new NameNode(name.Position, name.Type);
            case TokenKind.Name when token.Text is "bucket_start" or "bucket_end":
                return new BoundNode(token.Text == "bucket_end");
            case TokenKind.Name:
                throw new Mistake(token.At, $"there is no '{token.Text}' here.{Meant(token.Text)}");
            case TokenKind.Symbol when token.Text == "(":
                var inner = Either();
                Take(")");
                return inner;
            default:
                throw new Mistake(token.At, $"{(token.Kind == TokenKind.End ? token.Text : $"'{token.Text}'")} is not expected here; a number, a name or '(' is");
        }
    }

    private string Meant(string name) => Suggestion.For(name, _names.Keys.Concat(Words).Concat(Functions)) is { Length: > 0 } suggestion
        ? suggestion
        : $" An expression may name features of its set: {string.Join(", ", _names.Keys.Take(ShownNames))}{(_names.Count > ShownNames ? ", …" : "")}; and {string.Join(", ", Words)}.";

    private ExpressionNode Function(Token name)
    {
        Take("(");
        var arguments = new List<(ExpressionNode Node, int At)>();
        do
        {
            var at = Peek.At;
            arguments.Add((Either(), at));
        }
        while (TryTake(","));
        Take(")");
        switch (name.Text)
        {
            case "abs" when arguments.Count == 1:
                return Call(ExpressionType.Number, Expect(arguments[0].Node, ExpressionType.Number, arguments[0].At), (a, _) => Math.Abs(a));
            case "min" or "max" when arguments.Count > 1:
                foreach (var (node, at) in arguments)
                {
                    Expect(node, arguments[0].Node.Type == ExpressionType.Time ? ExpressionType.Time : ExpressionType.Number, at);
                }

                return arguments.Select(argument => argument.Node).Aggregate((left, right) => new CallNode(left.Type, name.Text == "min" ? Math.Min : Math.Max, left, right));
            case "if" when arguments.Count == 3:
                Expect(arguments[0].Node, ExpressionType.Truth, arguments[0].At);
                Expect(arguments[2].Node, arguments[1].Node.Type, arguments[2].At);
                return new IfNode(arguments[0].Node, arguments[1].Node, arguments[2].Node);
            case "present" when arguments.Count == 1:
                return new PresentNode(arguments[0].Node);
            default:
                throw new Mistake(name.At, Functions.Contains(name.Text)
                    ? $"'{name.Text}' takes {name.Text switch { "if" => "a condition and two values", "min" or "max" => "two values or more", _ => "one value" }}, not {arguments.Count}"
                    : $"there is no function '{name.Text}'; there are {string.Join(", ", Functions)}.{Suggestion.For(name.Text, Functions)}");
        }
    }

    private static CallNode Call(ExpressionType type, ExpressionNode node, Func<double, double, double> function) => new CallNode(type, function, node, new ConstantNode(0));

    private LogicNode Truths(ExpressionNode left, ExpressionNode right, double deciding) =>
        new(deciding, Expect(left, ExpressionType.Truth, _tokens[_next - 1].At), Expect(right, ExpressionType.Truth, _tokens[_next - 1].At));

    private static ExpressionNode Expect(ExpressionNode node, ExpressionType type, int at) =>
        node.Type == type ? node : throw new Mistake(at, $"this is {Name(node.Type)}; it must be {Name(type)}");

    private bool TryTake(string text)
    {
        var isIt = Peek.Text == text && Peek.Kind is TokenKind.Symbol or TokenKind.Name;
        _next += isIt ? 1 : 0;
        return isIt;
    }

    private void Take(string text)
    {
        if (!TryTake(text))
        {
            throw new Mistake(Peek.At, $"'{text}' is missing here");
        }
    }

    private sealed class Mistake(int at, string message) : Exception(message)
    {
        public int At => at;
    }
}
