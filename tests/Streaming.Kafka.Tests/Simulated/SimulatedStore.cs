using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>A store outside Kafka whose writes take their time.</summary>
internal sealed class SimulatedStore
{
    private readonly List<(TaskCompletionSource Done, Dictionary<(PartitionId Place, long Offset), string> Rows)> _writing = [];

    public Dictionary<(PartitionId Place, long Offset), string> Rows { get; } = [];

    /// <summary>Records that were refused, and need no row.</summary>
    public HashSet<(PartitionId Place, long Offset)> Refused { get; } = [];

    public bool IsUsed { get; private set; }

    public Task Write(Dictionary<(PartitionId, long), string> rows)
    {
        IsUsed = true;
        var done = new TaskCompletionSource();
        _writing.Add((done, rows));
        return done.Task;
    }

    /// <summary>Ends the writes under way.</summary>
    public void Finish(bool really = true)
    {
        if (!really)
        {
            return;
        }

        foreach (var (done, rows) in _writing)
        {
            foreach (var (place, value) in rows)
            {
                if (Rows.TryGetValue(place, out var known) && known != value)
                {
                    throw new InvalidOperationException($"{place} was {known} and becomes {value}");
                }

                Rows[place] = value;
            }

            done.TrySetResult();
        }

        _writing.Clear();
    }

    /// <summary>What is being committed must be durable.</summary>
    public void RequireBelow(IReadOnlyDictionary<PartitionId, long> offsets)
    {
        if (!IsUsed)
        {
            return;
        }

        foreach (var (place, next) in offsets)
        {
            for (var offset = 0L; offset < next; offset++)
            {
                if (!Rows.ContainsKey((place, offset)) && !Refused.Contains((place, offset)))
                {
                    throw new InvalidOperationException($"{place} is committed at {next}, but {offset} is not stored");
                }
            }
        }
    }
}

/// <summary>Puts every record into the store.</summary>
internal sealed class StoringFilter(SimulatedStore store) : ISink
{
    private Dictionary<(PartitionId, long), string> _rows = [];

    public void Process(RecordBatch batch, OutputBatch output)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var place = (new PartitionId("in", batch.Partition), batch[i].Offset);
            if (batch[i].Value.StartsWith("bad"u8))
            {
                store.Refused.Add(place);
                output.Refuse(batch, i, DeadLetterReason.RefusedByStore, "begins with 'bad'");
                continue;
            }

            _rows[place] = Encoding.UTF8.GetString(batch[i].Value);
        }
    }

    public Task WriteAsync(CancellationToken cancellation)
    {
        var rows = _rows;
        _rows = [];
        return store.Write(rows);
    }

    public void Discard() => _rows.Clear();
}
