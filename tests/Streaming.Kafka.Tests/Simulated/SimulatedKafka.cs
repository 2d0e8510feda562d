using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>One record of a simulated log; a marker where it has neither key nor value and belongs to no reader.</summary>
internal sealed record SimulatedRecord(byte[]? Key, byte[]? Value, byte[] Headers, SimulatedTransaction? Transaction, bool IsMarker);

/// <summary>A transaction as its coordinator sees it. What was decided reaches each partition, and the group's offsets, only with a marker of its own.</summary>
internal sealed class SimulatedTransaction(string id, long epoch, long began)
{
    public string Id => id;

    public long Epoch => epoch;

    public long Began => began;

    /// <summary>Null while open.</summary>
    public bool? Committed { get; set; }

    public bool IsTooLarge { get; set; }

    /// <summary>Partitions that its marker has not reached.</summary>
    public HashSet<PartitionId> Unmarked { get; } = [];

    /// <summary>Offsets that are not applied yet.</summary>
    public Dictionary<PartitionId, long> Offsets { get; } = [];

    public bool IsPendingIn(PartitionId partition) => Committed is null || Unmarked.Contains(partition);
}

/// <summary>
/// Log, one group, transactions: Kafka's rules as far as the loop can notice them. Epochs fence producers, generations fence members (but not
/// the ownership of partitions, as in Kafka), open transactions hold readers back, markers arrive one by one.
/// </summary>
internal sealed class SimulatedKafka(Random random, VirtualTime time, Chaos chaos, TimeSpan transactionTimeout)
{
    private readonly Dictionary<PartitionId, List<SimulatedRecord>> _logs = [];
    private readonly Dictionary<PartitionId, long> _first = [];
    private readonly Dictionary<string, long> _epochs = [];
    private readonly Dictionary<PartitionId, SimulatedMember> _owners = [];
    private readonly List<SimulatedTransaction> _transactions = [];
    private readonly List<SimulatedMember> _members = [];

    public Action<string>? Trace { get; set; }

    public Chaos Chaos => chaos;

    public Random Random => random;

    public VirtualTime Time => time;

    public Dictionary<PartitionId, long> Committed { get; } = [];

    public Dictionary<string, int> Topics { get; } = [];

    /// <summary>Larger records are refused when their transaction is committed.</summary>
    public int MostBytes { get; set; } = int.MaxValue;

    /// <summary>Called with every transaction that is being committed.</summary>
    public Action<SimulatedTransaction>? OnCommit { get; set; }

    public void Create(string topic, int partitions)
    {
        Topics[topic] = partitions;
        for (var partition = 0; partition < partitions; partition++)
        {
            _logs[new PartitionId(topic, partition)] = [];
        }
    }

    public List<SimulatedRecord> Log(PartitionId partition) => _logs[partition];

    public long First(PartitionId partition) => _first.GetValueOrDefault(partition);

    /// <summary>Removes records as retention would.</summary>
    public void Truncate(PartitionId partition, long first) => _first[partition] = first;

    public void Append(PartitionId partition, byte[]? key, byte[]? value) => _logs[partition].Add(new SimulatedRecord(key, value, [], null, IsMarker: false));

    /// <summary>The records that a reader of committed records sees from an offset on, and where it would go on.</summary>
    public (List<(long Offset, SimulatedRecord Record)> Records, long Next, bool AtEnd) Read(PartitionId partition, long from, int most)
    {
        var log = _logs[partition];
        var found = new List<(long, SimulatedRecord)>();
        var next = from;
        while (next < log.Count && found.Count < most)
        {
            var record = log[(int)next];
            if (record.Transaction is { } transaction)
            {
                if (transaction.IsPendingIn(partition))
                {
                    return (found, next, true); // the last stable offset
                }

                if (record.IsMarker || transaction.Committed == false)
                {
                    next++;
                    continue;
                }
            }

            found.Add((next++, record));
        }

        return (found, next, next >= log.Count);
    }

    public IEnumerable<SimulatedRecord> Visible(string topic) =>
        Enumerable.Range(0, Topics[topic]).SelectMany(partition => Read(new PartitionId(topic, partition), 0, int.MaxValue).Records.Select(read => read.Record));

    // ---- transactions

    public long Initialize(string id)
    {
        foreach (var transaction in _transactions.Where(transaction => transaction.Id == id))
        {
            transaction.Committed ??= Decide(transaction, commit: false);
            FinishMarkers(transaction);
        }

        Trace?.Invoke($"   {id} gets epoch {_epochs.GetValueOrDefault(id) + 1}");
        return _epochs[id] = _epochs.GetValueOrDefault(id) + 1;
    }

    public void ThrowIfFenced(string id, long epoch)
    {
        EndOverdue();
        if (_epochs.GetValueOrDefault(id) != epoch)
        {
            throw new LogException(FailureKind.Recreate, "Fenced", $"{id} has a newer epoch") { IsFenced = true };
        }
    }

    public SimulatedTransaction Begin(string id, long epoch)
    {
        foreach (var earlier in _transactions.Where(earlier => earlier.Id == id && earlier.Committed is not null))
        {
            FinishMarkers(earlier); // CONCURRENT_TRANSACTIONS until then
        }

        Trace?.Invoke($"   {id}/{epoch} begins");
        var transaction = new SimulatedTransaction(id, epoch, time.GetTimestamp());
        _transactions.Add(transaction);
        return transaction;
    }

    public void Append(SimulatedTransaction transaction, PartitionId partition, in Pipes.Record record)
    {
        _logs[partition].Add(new SimulatedRecord(record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null, record.Headers.Packed.ToArray(), transaction, IsMarker: false));
        transaction.Unmarked.Add(partition);
        transaction.IsTooLarge |= record.Value.Length > MostBytes;
    }

    public void End(SimulatedTransaction transaction, bool commit)
    {
        transaction.Committed = Decide(transaction, commit);
        WriteSomeMarkers();
    }

    /// <summary>Markers arrive when they arrive.</summary>
    public void WriteSomeMarkers()
    {
        EndOverdue();
        foreach (var transaction in _transactions.Where(transaction => transaction.Committed is not null))
        {
            foreach (var partition in transaction.Unmarked.Where(_ => random.Next(2) == 0).ToArray())
            {
                Mark(transaction, partition);
            }

            if (random.Next(2) == 0)
            {
                ApplyOffsets(transaction);
            }
        }

        _transactions.RemoveAll(transaction => transaction.Committed is not null && transaction.Unmarked.Count == 0 && transaction.Offsets.Count == 0);
    }

    public bool HasOpenTransactions => _transactions.Count > 0;

    public bool IsPending(PartitionId partition) => _transactions.Any(transaction => transaction.Offsets.ContainsKey(partition));

    private bool Decide(SimulatedTransaction transaction, bool commit)
    {
        Trace?.Invoke($"   {transaction.Id}/{transaction.Epoch} {(commit ? "commits" : "aborts")} {string.Join(", ", transaction.Offsets)}");
        if (commit)
        {
            OnCommit?.Invoke(transaction);
        }

        if (!commit)
        {
            transaction.Offsets.Clear();
        }

        return commit;
    }

    private void EndOverdue()
    {
        foreach (var transaction in _transactions.Where(transaction => transaction.Committed is null && time.GetElapsedTime(transaction.Began) > transactionTimeout))
        {
            transaction.Committed = Decide(transaction, commit: false);
            _epochs[transaction.Id]++;
        }
    }

    private void FinishMarkers(SimulatedTransaction transaction)
    {
        foreach (var partition in transaction.Unmarked.ToArray())
        {
            Mark(transaction, partition);
        }

        ApplyOffsets(transaction);
    }

    private void Mark(SimulatedTransaction transaction, PartitionId partition)
    {
        transaction.Unmarked.Remove(partition);
        _logs[partition].Add(new SimulatedRecord(null, null, [], transaction, IsMarker: true));
    }

    private void ApplyOffsets(SimulatedTransaction transaction)
    {
        foreach (var (partition, offset) in transaction.Offsets)
        {
            if (offset < Committed.GetValueOrDefault(partition))
            {
                throw new InvalidOperationException($"{partition} is committed backwards, from {Committed[partition]} to {offset} by {transaction.Id}");
            }

            Trace?.Invoke($"   {partition} committed at {offset} by {transaction.Id}/{transaction.Epoch}, which is {transaction.Committed}");
            Committed[partition] = offset;
        }

        transaction.Offsets.Clear();
    }

    // ---- the group

    public void Join(SimulatedMember member)
    {
        foreach (var former in _members.Where(former => former.Process.Ordinal == member.Process.Ordinal).ToArray())
        {
            former.IsFenced = true;
            Expel(former);
        }

        _members.Add(member);
        member.IsValid = true;
    }

    /// <summary>A member's session is over: its partitions go to others at once, and it hears of it when it polls.</summary>
    public void Expel(SimulatedMember member)
    {
        member.IsValid = false;
        _members.Remove(member);
        foreach (var partition in _owners.Where(owner => owner.Value == member).Select(owner => owner.Key).ToArray())
        {
            _owners.Remove(partition);
        }
    }

    public void ExpelOrdinal(int ordinal)
    {
        foreach (var member in _members.Where(member => member.Process.Ordinal == ordinal).ToArray())
        {
            Expel(member);
        }
    }

    public List<PartitionId> ToRevoke(SimulatedMember member) => [.. _owners.Where(owner => owner.Value == member && Target(owner.Key, member.Topics) != member).Select(owner => owner.Key)];

    public void Release(IEnumerable<PartitionId> partitions)
    {
        foreach (var partition in partitions)
        {
            _owners.Remove(partition);
        }
    }

    public List<PartitionId> ToAssign(SimulatedMember member)
    {
        var all = member.Topics.SelectMany(topic => Enumerable.Range(0, Topics[topic]).Select(partition => new PartitionId(topic, partition)));
        var fresh = all.Where(partition => !_owners.ContainsKey(partition) && Target(partition, member.Topics) == member).ToList();
        foreach (var partition in fresh)
        {
            _owners[partition] = member;
        }

        return fresh;
    }

    public List<PartitionId> OwnedBy(SimulatedMember member) => [.. _owners.Where(owner => owner.Value == member).Select(owner => owner.Key)];

    private SimulatedMember? Target(PartitionId partition, IReadOnlyList<string> topics)
    {
        var place = partition.Partition + topics.ToList().IndexOf(partition.Topic);
        var ordered = _members.OrderBy(member => member.Process.Ordinal).ToArray();
        return ordered.Length == 0 ? null : ordered[place % ordered.Length];
    }
}
