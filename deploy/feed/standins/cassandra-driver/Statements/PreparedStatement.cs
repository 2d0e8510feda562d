using Cassandra.Wire;

namespace Cassandra;

/// <summary>A statement that the server has read already; values are bound to it and it is executed many times.</summary>
public sealed class PreparedStatement
{
    private volatile ResultMetadata _result;

    internal PreparedStatement(string query, string? sessionKeyspace, PreparedAnswer answer)
    {
        QueryString = query;
        SessionKeyspace = sessionKeyspace;
        Id = answer.Id;
        Variables = answer.Variables;
        RoutingIndexes = answer.RoutingIndexes;
        Keyspace = answer.Variables.Columns.FirstOrDefault()?.Keyspace ?? answer.Result.Metadata.Columns.FirstOrDefault()?.Keyspace;
        _result = answer.Result;
    }

    /// <summary>The variables.</summary>
    public RowSetMetadata Variables { get; }

    /// <summary>The places of the partition key among the variables; empty where the statement fixes part of the key itself.</summary>
    public int[] RoutingIndexes { get; }

    /// <summary>The CQL.</summary>
    public string QueryString { get; }

    /// <summary>The consistency level of statements bound from here on.</summary>
    public ConsistencyLevel? ConsistencyLevel { get; private set; }

    /// <summary>The idempotence of statements bound from here on.</summary>
    public bool? IsIdempotent { get; private set; }

    internal byte[] Id { get; }

    internal string? Keyspace { get; }

    internal string? SessionKeyspace { get; }

    internal ResultMetadata Result
    {
        get => _result;
        set => _result = value;
    }

    /// <summary>Binds values to the variables in order; those that are not given stay unset.</summary>
    /// <param name="values">The values. The array is used as it is and must not be changed before the statement was executed.</param>
    /// <exception cref="ArgumentException">There are more values than variables.</exception>
    public BoundStatement Bind(params object?[] values)
    {
        var count = Variables.Columns.Length;
        if (values.Length > count)
        {
            throw new ArgumentException($"{values.Length} values were given for {count} variables of: {QueryString}", nameof(values));
        }

        var all = values;
        if (values.Length < count)
        {
            all = new object?[count];
            values.CopyTo(all, 0);
            Array.Fill(all, Unset.Value, values.Length, count - values.Length);
        }

        var bound = new BoundStatement(this, all);
        if (ConsistencyLevel is not null)
        {
            bound.SetConsistencyLevel(ConsistencyLevel);
        }

        if (IsIdempotent is { } idempotent)
        {
            bound.SetIdempotence(idempotent);
        }

        return bound;
    }

    /// <summary>Sets the consistency level of statements bound from here on.</summary>
    public PreparedStatement SetConsistencyLevel(ConsistencyLevel consistency)
    {
        ConsistencyLevel = consistency;
        return this;
    }

    /// <summary>Sets the idempotence of statements bound from here on.</summary>
    public PreparedStatement SetIdempotence(bool value)
    {
        IsIdempotent = value;
        return this;
    }

    internal RoutingKey? RoutingKeyOf(object?[] values)
    {
        if (RoutingIndexes.Length == 0)
        {
            return null;
        }

        foreach (var index in RoutingIndexes)
        {
            if (values[index] is null or Unset)
            {
                return null;
            }
        }

        return RoutingKey.Of(this, values);
    }
}
