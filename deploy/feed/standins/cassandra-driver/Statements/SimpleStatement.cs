using Cassandra.Values;
using Cassandra.Wire;

namespace Cassandra;

/// <summary>CQL with values for its variables, prepared nowhere.</summary>
public sealed class SimpleStatement : Statement
{
    private readonly object?[] _values;
    private object[]? _routingValues;
    private RoutingKey? _routingKey;
    private string? _keyspace;

    /// <summary>CQL with values for its variables; the type of each follows from the value.</summary>
    public SimpleStatement(string query, params object?[] values)
    {
        QueryString = query;
        _values = values;
    }

    /// <summary>The CQL.</summary>
    public string QueryString { get; }

    /// <summary>The values.</summary>
    public object?[] QueryValues => _values;

    /// <inheritdoc/>
    public override RoutingKey? RoutingKey => _routingKey ?? (_routingValues is null ? null : RoutingKey.OfValues(_routingValues));

    /// <inheritdoc/>
    public override string? Keyspace => _keyspace;

    internal override Opcode Opcode => Opcode.Query;

    /// <summary>Sets the partition key on the wire.</summary>
    public SimpleStatement SetRoutingKey(params RoutingKey[] routingKeyComponents)
    {
        _routingKey = RoutingKey.Compose(routingKeyComponents);
        return this;
    }

    /// <summary>Sets the values of the partition key.</summary>
    public SimpleStatement SetRoutingValues(params object[] keys)
    {
        _routingValues = keys;
        return this;
    }

    /// <summary>Sets the keyspace of the table, for routing.</summary>
    public SimpleStatement SetKeyspace(string name)
    {
        _keyspace = name;
        return this;
    }

    internal override void Encode(WireWriter writer, int version, in RequestValues request)
    {
        writer.LongString(QueryString);
        request.Encode(writer, version, _values, null, skipMetadata: false);
    }

    internal override void EncodeInBatch(WireWriter writer)
    {
        writer.Byte(0);
        writer.LongString(QueryString);
        writer.Short(_values.Length);
        foreach (var value in _values)
        {
            ValueWriter.WriteWithLength(writer, value, null);
        }
    }
}
