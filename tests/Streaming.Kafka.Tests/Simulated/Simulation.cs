using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Contracts;
using Streaming.Kafka.TestHost;
using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>What a simulation hosts.</summary>
internal enum SimulatedStage
{
    Echo,
    Count,
    Store,
    Tick,
}

/// <summary>The real loop in several simulated processes against a simulated Kafka, everything decided by one seed.</summary>
internal sealed partial class Simulation
{
    private const string Input = "in";
    private const string Output = "out";
    private const string Dead = "dead";
    private const string State = "state";
    private const int HugeBytes = 10_000;
    private const int ChaoticSteps = 600;
    private const int MostSteps = 20_000;

    private readonly Random _random;
    private readonly VirtualTime _time = new();
    private readonly Chaos _chaos;
    private readonly SimulatedKafka _kafka;
    private readonly KafkaOptions _options;
    private readonly SimulatedStage _stage;
    private readonly Action<string>? _trace;
    private readonly SimulatedStore _store = new();
    private readonly int _partitions;
    private readonly int _keys;
    private readonly Running?[] _running;
    private readonly List<(PartitionId Place, string Key, string Value)> _log = [];

    public Simulation(int seed, SimulatedStage stage, double faults = 0.03, Action<string>? trace = null)
    {
        _trace = trace;
        _random = new Random(seed);
        _stage = stage;
        _chaos = new Chaos(_random) { Rate = faults };
        _options = new KafkaOptions
        {
            BootstrapServers = "simulated:1",
            BatchRecords = _random.Next(1, 40),
            ReplayBound = TimeSpan.FromMicroseconds(_random.Next(5, 60)),
            DeadLetterShare = 1,
            MaxRecordBytes = _random.Next(2) == 0 ? HugeBytes / 2 : HugeBytes * 2, // refused here, or by the broker
            FirstStartWait = TimeSpan.FromMinutes(1),
        };
        _kafka = new SimulatedKafka(_random, _time, _chaos, _options.TransactionTimeout) { MostBytes = HugeBytes / 2 };
        _partitions = _random.Next(1, 4);
        _keys = _random.Next(1, 9);
        _running = new Running?[_random.Next(1, 4)];
        foreach (var (topic, count) in new[] { (Input, _partitions), (Output, 2), (Dead, 1), (State, _partitions) })
        {
            _kafka.Create(topic, count);
        }

        // The first start, as FirstStart declares it.
        for (var partition = 0; partition < _partitions; partition++)
        {
            _kafka.Committed[new PartitionId(Input, partition)] = 0;
            var value = new Avro.AvroBuffer();
            StateCodec.WriteProgress(value, 0, 0, 0, _partitions, "", released: true, default);
            _kafka.Append(new PartitionId(State, partition), StateCodec.ProgressKey.ToArray(), value.WrittenSpan.ToArray());
        }

        _kafka.Trace = trace;
        _kafka.OnCommit = transaction =>
        {
            _store.RequireBelow(transaction.Offsets);
            CheckTicks(transaction);
        };
    }

    public int Restarts { get; private set; }

    public int Replayed { get; private set; }

    public int StatesCompared { get; private set; }

    public int TicksChecked { get; private set; }

    public int EndsTold { get; private set; }

    /// <summary>Runs until everything that was fed is committed, then checks it.</summary>
    public void Run()
    {
        Feed(_random.Next(20, 60));
        for (var step = 0; step < MostSteps; step++)
        {
            if (step == ChaoticSteps)
            {
                _chaos.Rate = 0;
            }

            if (step < ChaoticSteps)
            {
                Disturb();
            }
            else if (IsDrained())
            {
                Finish();
                return;
            }

            try
            {
                Step(_random.Next(_running.Length));
            }
            catch (Exception e)
            {
                _trace?.Invoke($"{_time.GetTimestamp() / 10_000 % 100_000_000} FAILED {e.Message}\n{Dump()}");
                throw;
            }
        }

        throw new InvalidOperationException($"not drained: {string.Join(", ", Inputs().Select(place => $"{place}: {_kafka.Committed[place]} of {_kafka.Log(place).Count}"))}; {Describe()}");
    }

    private void Disturb()
    {
        switch (_random.Next(60))
        {
            case < 6:
                Feed(_random.Next(1, 4));
                break;
            case 6:
                Kill(_random.Next(_running.Length));
                break;
            case 7:
                _kafka.ExpelOrdinal(_random.Next(_running.Length)); // a session that ended, of a process dead or alive
                break;
            case 8:
                StopCleanly(_random.Next(_running.Length));
                break;
            case 9:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(1, 15)));
                break;
            case 10:
                _store.Finish();
                break;
        }
    }

    private void Step(int ordinal)
    {
        _store.Finish(_random.Next(3) == 0);
        if (_running[ordinal] is not { } running)
        {
            if (_chaos.Rate > 0 && _random.Next(10) > 0)
            {
                return;
            }

            _running[ordinal] = running = Launch(ordinal);
        }

        try
        {
            if (!running.IsStarted)
            {
                running.Loop.Start(() => false);
                running.IsStarted = true;
            }

            running.Loop.Step();
        }
        catch (Exception) when (running.Process.IsDead)
        {
            Forget(ordinal);
        }
        catch (WorkerException e) when (e.Kind is FailureKind.Replaced or FailureKind.Recreate && _random is not null)
        {
            Kill(ordinal);
        }
        catch (WorkerException e) when (e.Message.Contains("no committed offset", StringComparison.Ordinal) || e.Message.Contains("offset of", StringComparison.Ordinal))
        {
            if (_chaos.Rate == 0)
            {
                throw;
            }

            Kill(ordinal); // it refuses to go on while the coordinator keeps denying its offsets: right, as long as it comes to life afterwards
        }
    }

    private Running Launch(int ordinal)
    {
        Restarts++;
        var process = new SimulatedProcess(ordinal);
        IFilter filter = _stage switch
        {
            SimulatedStage.Count => new CountingFilter(),
            SimulatedStage.Store => new StoringFilter(_store),
            SimulatedStage.Tick => new TickingFilter(),
            _ => new EchoFilter(HugeBytes),
        };
        var binding = new FilterBinding
        {
            Identity = new WorkerIdentity("simulated", ordinal),
            Group = "group",
            Inputs = [Input],
            Outputs = [new OutputTopic(Output, 0)],
            DeadLetters = new OutputTopic(Dead, 0),
            State = _stage == SimulatedStage.Count ? new OutputTopic(State, 0) : null,
            Filter = filter,
            Gate = new HesitantGate(_random),
        };
        var statistics = new WorkerStatistics();
        var surroundings = new Surroundings(_time, span => _time.Advance(span), (_, span) => _time.Advance(span));
        var clients = new SimulatedClients(_kafka, process);
        var loop = new WorkerLoop(new WorkerContext(binding, _options, clients, surroundings, new CallMonitor(), statistics, _trace is null ? NullLogger.Instance : new LineLogger<WorkerLoop>(line => _trace($"{_time.GetTimestamp() / 10_000 % 100_000_000} {line}"))));
        return new Running(process, clients, loop, filter, statistics);
    }

    private void Kill(int ordinal)
    {
        if (_running[ordinal] is { } running)
        {
            running.Process.IsDead = true;
            Forget(ordinal);
        }
    }

    private void Forget(int ordinal)
    {
        Replayed += (int)_running[ordinal]!.Statistics.RecordsReplayed;
        _running[ordinal] = null;
        if (_random.Next(2) == 0)
        {
            _kafka.ExpelOrdinal(ordinal); // else it comes back before its session ends
        }
    }

    private void StopCleanly(int ordinal)
    {
        if (_running[ordinal] is { IsStarted: true } running)
        {
            try
            {
                running.Loop.Stop();
            }
            catch (Exception) when (running.Process.IsDead)
            {
                // It died while it left.
            }

            running.Process.IsDead = true;
            Forget(ordinal);
        }
    }

    private void Feed(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"k{_random.Next(_keys)}");
            var value = _random.Next(40) switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"bad{_log.Count}"),
                1 when _stage == SimulatedStage.Count => "forget",
                2 when _stage == SimulatedStage.Count && _log.Count > 0 => _log[^1].Value,
                3 when _stage == SimulatedStage.Echo => string.Create(CultureInfo.InvariantCulture, $"huge{_log.Count}"),
                4 => string.Create(CultureInfo.InvariantCulture, $"later{_log.Count}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"v{_log.Count}"),
            };
            var place = new PartitionId(Input, Murmur2.Partition(Encoding.UTF8.GetBytes(key), _partitions));
            _log.Add((place, key, value));
            _kafka.Append(place, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        }
    }

    private bool IsDrained() => Inputs().All(place => _kafka.Committed[place] == _kafka.Log(place).Count) && !_kafka.HasOpenTransactions;

    private IEnumerable<PartitionId> Inputs() => Enumerable.Range(0, _partitions).Select(partition => new PartitionId(Input, partition));

    private void Finish()
    {
        CheckOutputs();
        if (_stage != SimulatedStage.Tick)
        {
            CheckDeadLetters();
        }

        if (_stage == SimulatedStage.Count)
        {
            CheckState();
            for (var ordinal = 0; ordinal < _running.Length; ordinal++)
            {
                StopCleanly(ordinal);
            }

            // What was handed over, restored by somebody else: without a replay, the same.
            for (var step = 0; _running[0] is null || _running[0]!.Statistics.Partitions.Count < _partitions || _running[0]!.Statistics.State != WorkerState.Live; step++)
            {
                Assert.True(step < MostSteps, $"never live again: {Describe()}");
                for (var ordinal = 1; ordinal < 4; ordinal++)
                {
                    _kafka.ExpelOrdinal(ordinal);
                }

                Step(0);
            }

            CheckState();
        }
    }

    private IEnumerable<(PartitionId Place, long Offset, string Key, string Value)> Offsets()
    {
        var next = new Dictionary<PartitionId, long>();
        foreach (var (place, key, value) in _log)
        {
            var offset = next.GetValueOrDefault(place);
            next[place] = offset + 1;
            yield return (place, offset, key, value);
        }
    }

    private string Dump() => string.Join('\n', Inputs().Select(place => new PartitionId(State, place.Partition)).SelectMany(place => _kafka.Log(place).Select((record, offset) =>
    {
        var what = record.IsMarker ? "marker" : record.Key![0] == (byte)'p' && StateCodec.TryRead(record.Value, out var state) ? $"{state!.Progress!.NextOffset} from {state.Progress.CheckpointOffset} by {state.Progress.Writer} released {state.Progress.Released}" : $"piece {Encoding.UTF8.GetString(record.Key!)}";
        return $"{place} {offset}: {what} of {record.Transaction?.Id}/{record.Transaction?.Epoch} committed {record.Transaction?.Committed} pending {record.Transaction?.IsPendingIn(place)}";
    })));

    private string Describe() => string.Join("; ", _running.Select(running => running is null ? "down" : $"{running.Statistics.State} {running.Statistics.LastError}"));

    private sealed record Running(SimulatedProcess Process, SimulatedClients Clients, WorkerLoop Loop, IFilter Filter, WorkerStatistics Statistics)
    {
        public bool IsStarted { get; set; }
    }
}
