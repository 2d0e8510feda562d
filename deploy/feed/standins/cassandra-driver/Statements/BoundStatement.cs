using Cassandra.Values;
using Cassandra.Wire;

namespace Cassandra;

/// <summary>A prepared statement with values for its variables.</summary>
public sealed class BoundStatement : Statement
{
    private readonly object?[] _values;

    internal BoundStatement(PreparedStatement prepared, object?[] values)
    {
        PreparedStatement = prepared;
        _values = values;
    }

    /// <summary>What it was bound from.</summary>
    public PreparedStatement PreparedStatement { get; }

    /// <summary>The values.</summary>
    public object?[] QueryValues => _values;

    /// <inheritdoc/>
    public override RoutingKey? RoutingKey => PreparedStatement.RoutingKeyOf(_values);

    /// <inheritdoc/>
    public override string? Keyspace => PreparedStatement.Keyspace;

    internal override Opcode Opcode => Opcode.Execute;

    internal override PreparedStatement? Prepared => PreparedStatement;

    internal override void Encode(WireWriter writer, int version, in RequestValues request)
    {
        writer.ShortBytes(PreparedStatement.Id);
        var result = request.Result ?? PreparedStatement.Result;
        if (version >= 5)
        {
            writer.ShortBytes(result.Id);
        }

        // Version 4 has no way to tell that the columns have changed, so there they are asked for each time.
        var known = version >= 5 && result.Metadata.Columns.Length > 0;
        request.Encode(writer, version, _values, PreparedStatement.Variables.Columns, known);
    }

    internal override void EncodeInBatch(WireWriter writer)
    {
        writer.Byte(1);
        writer.ShortBytes(PreparedStatement.Id);
        writer.Short(_values.Length);
        var columns = PreparedStatement.Variables.Columns;
        for (var at = 0; at < _values.Length; at++)
        {
            ValueWriter.WriteWithLength(writer, _values[at], columns[at]);
        }
    }
}
