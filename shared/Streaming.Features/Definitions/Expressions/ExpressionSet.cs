namespace Streaming.Features.Definitions.Expressions;

/// <summary>The expressions of a feature set, checked and in an order in which they can be computed.</summary>
internal sealed class ExpressionSet
{
    private readonly FeatureSetDefinition _set;
    private readonly Action<int, int, string> _problem;
    private readonly ExpressionNode?[] _nodes;
    private readonly IReadOnlySet<int>[] _uses;
    private readonly List<int> _order = [];
    private readonly int[] _visited;

    /// <summary>Reads all expressions of a set.</summary>
    /// <param name="set">The set; its features have different names.</param>
    /// <param name="problem">Takes mistakes: the feature's position, or -1 for the choice of readings; the place in the expression, from 0; the message.</param>
    public ExpressionSet(FeatureSetDefinition set, Action<int, int, string> problem)
    {
        _set = set;
        _problem = problem;
        _nodes = new ExpressionNode?[set.Features.Count];
        _uses = [.. set.Features.Select(_ => (IReadOnlySet<int>)new HashSet<int>())];
        _visited = new int[set.Features.Count];
        var names = set.Features
            .Select((feature, position) => (feature.Name, Position: position, Type: feature.IsTime ? ExpressionType.Time : ExpressionType.Number))
            .ToDictionary(name => name.Name, name => (name.Position, name.Type), StringComparer.Ordinal);
        for (var i = 0; i < _nodes.Length; i++)
        {
            var feature = i;
            if (set.Features[i].Source == FeatureSource.Expression
                && ExpressionParser.Parse(set.Features[i].Expression, names, ExpressionType.Number, (at, message) => problem(feature, at, message)) is { } parsed)
            {
                (_nodes[i], _uses[i]) = parsed;
            }
        }

        for (var i = 0; i < _nodes.Length; i++)
        {
            Visit(i);
        }

        Metrics = [];
        if (set.Where.Length > 0)
        {
            ReadWhere();
        }
    }

    /// <summary>Positions of the features that are expressions, each behind those that it uses.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <summary>The expression that a reading must make true; null where all are used, or there is a mistake.</summary>
    public ExpressionNode? Where { get; private set; }

    /// <summary>The metrics that <see cref="Where"/> asks for, by their positions.</summary>
    public IReadOnlyList<string> Metrics { get; private set; }

    /// <summary>The expression of a feature.</summary>
    public ExpressionNode? this[int feature] => _nodes[feature];

    /// <summary>Positions of the features that an expression names; none where the feature is no expression.</summary>
    public IReadOnlySet<int> UsedBy(int feature) => _uses[feature];

    private void Visit(int feature)
    {
        if (_set.Features[feature].Source != FeatureSource.Expression || _visited[feature] == 2)
        {
            return;
        }

        if (_visited[feature] == 1)
        {
            _problem(feature, 0, $"'{_set.Features[feature].Name}' is computed from itself, by way of others perhaps; leave out one step");
            return;
        }

        _visited[feature] = 1;
        foreach (var used in _uses[feature])
        {
            Visit(used);
        }

        _visited[feature] = 2;
        _order.Add(feature);
    }

    private void ReadWhere()
    {
        // A reading may have any metric, so whatever is no function is one.
        var tokens = ExpressionLexer.Cut(_set.Where, (_, _) => { }) ?? [];
        var names = new Dictionary<string, (int, ExpressionType)>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == TokenKind.Name && tokens[i].Text is not ("and" or "or" or "not" or "bucket_start" or "bucket_end") && tokens[Math.Min(i + 1, tokens.Count - 1)].Text != "(")
            {
                names.TryAdd(tokens[i].Text, (names.Count, ExpressionType.Number));
            }
        }

        if (ExpressionParser.Parse(_set.Where, names, ExpressionType.Truth, (at, message) => _problem(-1, at, message)) is { } parsed)
        {
            Where = parsed.Node;
            Metrics = [.. names.Keys];
        }
    }
}
