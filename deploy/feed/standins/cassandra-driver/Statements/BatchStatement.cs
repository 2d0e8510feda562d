using Cassandra.Wire;

namespace Cassandra;

/// <summary>Statements that are sent together. The options are the batch's own; those of its statements do not count.</summary>
public sealed class BatchStatement : Statement
{
    private readonly List<Statement> _queries = [];
    private object[]? _routingValues;
    private RoutingKey? _routingKey;
    private string? _keyspace;

    /// <summary>What it promises.</summary>
    public BatchType BatchType { get; private set; } = BatchType.Logged;

    /// <summary>Whether it has no statement.</summary>
    public bool IsEmpty => _queries.Count == 0;

    /// <summary>The key that was set, else that of the first statement.</summary>
    public override RoutingKey? RoutingKey =>
        _routingKey ?? (_routingValues is not null ? RoutingKey.OfValues(_routingValues) : _queries.FirstOrDefault()?.RoutingKey);

    /// <inheritdoc/>
    public override string? Keyspace => _keyspace ?? _queries.FirstOrDefault()?.Keyspace;

    internal override Opcode Opcode => Opcode.Batch;

    internal List<Statement> Queries => _queries;

    /// <summary>Adds a statement.</summary>
    public BatchStatement Add(Statement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (_queries.Count >= ushort.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(statement), $"A batch has at most {ushort.MaxValue} statements.");
        }

        if (statement is BatchStatement)
        {
            throw new InvalidOperationException("A batch cannot be part of a batch.");
        }

        _queries.Add(statement);
        return this;
    }

    /// <summary>Sets what it promises.</summary>
    public BatchStatement SetBatchType(BatchType batchType)
    {
        BatchType = batchType;
        return this;
    }

    /// <summary>Sets the partition key on the wire.</summary>
    public BatchStatement SetRoutingKey(params RoutingKey[] routingKeyComponents)
    {
        _routingKey = RoutingKey.Compose(routingKeyComponents);
        return this;
    }

    /// <summary>Sets the values of the partition key.</summary>
    public BatchStatement SetRoutingValues(params object[] keys)
    {
        _routingValues = keys;
        return this;
    }

    /// <summary>Sets the keyspace of the tables, for routing.</summary>
    public BatchStatement SetKeyspace(string name)
    {
        _keyspace = name;
        return this;
    }

    internal override void Encode(WireWriter writer, int version, in RequestValues request)
    {
        writer.Byte((byte)BatchType);
        writer.Short(_queries.Count);
        foreach (var query in _queries)
        {
            query.EncodeInBatch(writer);
        }

        request.EncodeForBatch(writer, version);
    }

    internal override void EncodeInBatch(WireWriter writer) => throw new InvalidOperationException("A batch cannot be part of a batch.");
}
