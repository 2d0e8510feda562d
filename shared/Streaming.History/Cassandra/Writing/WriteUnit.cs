using Cassandra;

namespace Streaming.History.Cassandra.Writing;

/// <summary>What is sent in one request: rows of one partition.</summary>
internal sealed class WriteUnit
{
    private readonly List<BoundStatement> _statements = [];
    private readonly List<int> _rows = [];

    /// <summary>Bytes of their values.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many rows of tables.</summary>
    public int Count => _statements.Count;

    /// <summary>The position of the history's row that the first one comes from.</summary>
    public int FirstRow => _rows[0];

    /// <summary>Adds a row of a table.</summary>
    /// <param name="statement">It writes the row.</param>
    /// <param name="row">The position of the history's row that it comes from.</param>
    /// <param name="bytes">Bytes of its values.</param>
    public void Add(BoundStatement statement, int row, int bytes)
    {
        _statements.Add(statement);
        _rows.Add(row);
        Bytes += bytes;
    }

    /// <summary>The request.</summary>
    public IStatement ToStatement()
    {
        if (Count == 1)
        {
            return _statements[0].SetIdempotence(true);
        }

        var batch = new BatchStatement().SetBatchType(BatchType.Unlogged);
        foreach (var statement in _statements)
        {
            batch.Add(statement);
        }

        return batch.SetIdempotence(true);
    }

    /// <summary>Each row in a unit of its own.</summary>
    public IEnumerable<WriteUnit> Split()
    {
        for (var index = 0; index < _statements.Count; index++)
        {
            var unit = new WriteUnit();
            unit.Add(_statements[index], _rows[index], 0);
            yield return unit;
        }
    }
}
