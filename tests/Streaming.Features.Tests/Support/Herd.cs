using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Features.Tests.Laws;

namespace Streaming.Features.Tests.Support;

/// <summary>
/// Animals of several groups in several partitions, whose records come in any order; what they say to their groups goes round to every partition with any delay, and
/// workers die on the way. In the end everything must be as somebody computes it who has all of it in lists.
/// </summary>
internal sealed class Herd
{
    private const int Animals = 7;
    private const int Bucket = 20;

    private static readonly FeatureSetDefinition Set = Some.Set() with
    {
        Bucket = Bucket,
        ReviseFor = 100_000_000,
        ReviseEvery = 5,
        Features =
        [
            Some.Feature(Aggregate.Mean) with { Name = "own" },
            Over("mean", Aggregate.Mean), Over("least", Aggregate.Min), Over("most", Aggregate.Max), Over("count", Aggregate.Count), Over("spread", Aggregate.Stddev),
            new FeatureDefinition { Name = "apart", Source = FeatureSource.Expression, Expression = "own - mean" },
        ],
    };

    private readonly Random _random;
    private readonly AssemblyHost[] _hosts;
    private readonly int[] _read;
    private readonly List<(int Partition, Queue<Entry> Waiting)> _onTheWay = [];
    private readonly List<(Entry Entry, long Appended)>[] _logs;
    private readonly List<Sensed> _readings = [];
    private readonly List<Attributed> _moves = [];
    private long _clock = 1000;

    public Herd(Random random)
    {
        _random = random;
        _hosts = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => new AssemblyHost([Set], []))];
        _logs = [.. _hosts.Select(_ => new List<(Entry, long)>())];
        _read = new int[_hosts.Length];
        _onTheWay = [.. from source in _hosts from target in Enumerable.Range(0, _hosts.Length) select (target, new Queue<Entry>())];
    }

    public void Check()
    {
        for (var i = 0; i < Animals; i++)
        {
            Move(i, 0);
        }

        for (var i = 0; i < 120; i++)
        {
            Happen();
        }

        // Everything arrives, and everything that was gathered leaves.
        for (var quiet = 0; quiet < 6; quiet = _onTheWay.Exists(way => way.Waiting.Count > 0) ? 0 : quiet + 1)
        {
            _clock += 50;
            Deliver(1);
            foreach (var partition in Enumerable.Range(0, _hosts.Length))
            {
                Say(partition, Some.Tick(_clock));
            }
        }

        Compare(_hosts.SelectMany(host => host.Output).Vectors());

        // Without what was said, the logs give the same in the end.
        if (_random.Chance(0.2))
        {
            Compare(GroupReplayLaws.Replay(_random, [Set], [Set], new VectorChoice(long.MinValue, long.MaxValue), [.. _logs]).ConvertAll(vector => vector.Read()));
        }
    }

    private static FeatureDefinition Over(string name, Aggregate aggregate) =>
        new() { Name = name, Source = FeatureSource.GroupAggregate, Feature = "own", Aggregate = aggregate, MaxAge = Duration.Longest, Missing = new MissingPolicy(MissingPolicyKind.Nan, 0) };

    private void Happen()
    {
        _clock += _random.Next(0, 6);
        switch (_random.Next(10))
        {
            case 0:
                Move(_random.Next(Animals), _clock - _random.Next(0, 60));
                break;
            case 1:
                Deliver(0.5);
                break;
            case 2:
                Say(_random.Next(_hosts.Length), Some.Tick(_clock));
                break;
            case 3:
                _hosts[_random.Next(_hosts.Length)].Restart();
                break;
            default:
                var animal = _random.Next(Animals);
                var reading = Some.Reading($"e{animal}", _clock - (_random.Chance(0.3) ? _random.Next(0, 80) : 0), _random.Next(0, 100), ingest: _clock) with { Sequence = _readings.Count };
                _readings.Add(reading);
                Say(Home(animal), reading);
                break;
        }
    }

    private int Home(int animal) => animal % _hosts.Length;

    private void Move(int animal, long from)
    {
        // Two words for one time would have to be told apart by their order.
        if (!_moves.Exists(move => move.Entity == $"e{animal}" && move.From == from))
        {
            var move = new Attributed($"e{animal}", _clock) { From = from, Group = _random.Pick("north", "south", "north", "south", "") };
            _moves.Add(move);
            Say(Home(animal), move);
        }
    }

    private void Deliver(double share)
    {
        foreach (var (partition, waiting) in _onTheWay.OrderBy(_ => _random.Next()))
        {
            while (waiting.Count > 0 && _random.Chance(share))
            {
                Say(partition, waiting.Dequeue());
            }
        }
    }

    private void Say(int partition, Entry entry)
    {
        var host = _hosts[partition];
        host.Append(entry);
        _logs[partition].Add((entry, _clock));
        if (_random.Chance(0.1))
        {
            host.Fail(1, checkpoint: _random.Chance(0.5));
        }

        host.Step(1, checkpoint: _random.Chance(0.2));
        for (; _read[partition] < host.Output.Count; _read[partition]++)
        {
            if (host.Output[_read[partition]] is { Topic: 3 } given && given.Said() is var said)
            {
                foreach (var target in Enumerable.Range(0, _hosts.Length))
                {
                    _onTheWay[(partition * _hosts.Length) + target].Waiting.Enqueue(new Said(said.FeatureSetHash, said.MemberId, said.GroupId, said.BucketStart, said.Revision, _clock)
                    {
                        Values = [.. said.Features.Select(feature => (feature.Key, feature.Value))],
                    });
                }
            }
        }
    }

    private void Compare(List<FeatureVector> vectors)
    {
        var last = vectors.GroupBy(vector => (vector.EntityId, vector.BucketStart)).ToDictionary(bucket => bucket.Key, bucket => bucket.MaxBy(vector => vector.Revision)!);
        var own = _readings.GroupBy(reading => (reading.Entity, Start: reading.Time / Bucket * Bucket)).ToDictionary(bucket => bucket.Key, bucket => bucket.Average(reading => reading.Metrics[0].Value));
        Assert.Equal(own.Keys.Order(), last.Keys.Order());
        foreach (var ((entity, start), mean) in own)
        {
            var group = GroupAt(entity, start + Bucket);
            var members = group.Length == 0 ? [] : own.Where(other => other.Key.Start == start && GroupAt(other.Key.Entity, start + Bucket) == group).Select(other => other.Value).ToList();
            var average = members.Count == 0 ? double.NaN : members.Average();
            double[] expected =
            [
                mean, average, members.Count == 0 ? double.NaN : members.Min(), members.Count == 0 ? double.NaN : members.Max(), group.Length == 0 ? double.NaN : members.Count,
                members.Count < 2 ? double.NaN : Math.Sqrt(members.Sum(member => (member - average) * (member - average)) / (members.Count - 1)), mean - average,
            ];
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    double.IsNaN(expected[i]) ? double.IsNaN(last[(entity, start)].Features[i]) : Math.Abs(expected[i] - last[(entity, start)].Features[i]) < 1e-9,
                    $"{Set.Features[i].Name} of {entity} at {start}: {last[(entity, start)].Features[i]} instead of {expected[i]}");
            }
        }
    }

    private string GroupAt(string entity, long end) => _moves.Where(move => move.Entity == entity && move.From < end).MaxBy(move => move.From)?.Group ?? "";
}
