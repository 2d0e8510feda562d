using System.Text;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using static Streaming.Features.Tests.Reference.NaiveRules;

namespace Streaming.Features.Tests.Reference;

/// <summary>
/// docs/TIME.md as simply as it can be written: everything is kept in lists, everything is looked for anew at every record. Slow, and apart from the
/// product in every line.
/// </summary>
internal sealed partial class NaiveAssembly
{
    private readonly FeatureSetDefinition[] _sets;
    private readonly Dictionary<string, NaiveEntity>[] _entities;
    private readonly AssemblyCounters[] _counters;
    private readonly Dictionary<int, long> _sourceTimes = [];
    private readonly NaiveMembers[] _members;
    private readonly NaiveJoins _joins = new();
    private readonly List<Expected> _out = [];
    private int _sources;
    private long? _logTime;

    private NaiveAssembly(IEnumerable<FeatureSetDefinition> sets)
    {
        _sets = [.. sets.OrderBy(set => set.Name, StringComparer.Ordinal).ThenBy(set => set.Version)];
        _entities = [.. _sets.Select(_ => new Dictionary<string, NaiveEntity>())];
        _members = [.. _sets.Select(set => new NaiveMembers(set))];
        _counters = new AssemblyCounters[_sets.Length];
    }

    public static (List<Expected> Out, AssemblyCounters[] Counters) Run(IEnumerable<FeatureSetDefinition> sets, IEnumerable<Entry> log)
    {
        var assembly = new NaiveAssembly(sets);
        var offset = 0;
        foreach (var entry in log)
        {
            assembly.Take(entry, offset++);
        }

        return (assembly._out, assembly._counters);
    }

    /// <summary>What each record of a log gives, by its place in it.</summary>
    public static List<List<Expected>> Each(IEnumerable<FeatureSetDefinition> sets, IEnumerable<(Entry Entry, long Offset)> log)
    {
        var assembly = new NaiveAssembly(sets);
        return [.. log.Select(record =>
        {
            var before = assembly._out.Count;
            assembly.Take(record.Entry, record.Offset);
            return assembly._out[before..];
        })];
    }

    private void Take(Entry entry, long offset)
    {
        if (entry is Ticked ticked)
        {
            _sources = Math.Max(_sources, ticked.Sources);
            foreach (var (source, until) in ticked.Passed)
            {
                Hear(source, until);
            }

            TellTime();
            FireAll();
        }
        else if (entry is Sensed sensed)
        {
            var arrival = Hear(sensed.Source, sensed.Ingest);
            TellTime();
            FireAll();
            if (sensed.Group && _sets.SelectMany(set => set.Features).Any(feature => IsJoinedBy(feature, sensed)))
            {
                _joins.Hear(sensed);
                Rejoin(_joins.Members(sensed.Entity), sensed.Time, arrival, set => set.Features.Any(feature => IsJoinedBy(feature, sensed)));
            }

            if (!sensed.Copy)
            {
                Take(sensed, arrival, offset);
            }
        }
        else if (entry is Said said)
        {
            Take(said);
        }
        else if (entry is Attributed attributed)
        {
            _joins.Say(attributed);
            Rejoin(attributed.OfGroup ? _joins.Members(attributed.Entity) : [attributed.Entity], attributed.From, Math.Max(_logTime ?? long.MinValue, attributed.Ingest), _ => true);
        }
    }

    private void Rejoin(IEnumerable<string> ids, long from, long arrival, Func<FeatureSetDefinition, bool> isTouched)
    {
        foreach (var id in ids.Order(ByBytes))
        {
            for (var i = 0; i < _sets.Length; i++)
            {
                if (!isTouched(_sets[i]) || !_entities[i].TryGetValue(id, out var entity) || _sets[i].Features.All(feature => feature.Source is FeatureSource.Metric or FeatureSource.Expression))
                {
                    continue;
                }

                foreach (var start in entity.Buckets.Keys.Where(start => End(i, start) > from).ToList())
                {
                    Rejoin(i, id, start, arrival);
                }
            }
        }
    }

    private void Rejoin(int i, string id, long start, long arrival)
    {
        var bucket = _entities[i][id].Buckets[start];
        var vector = Compute(i, id, start);
        if (!bucket.IsClosed && bucket.Vectors == 0)
        {
            if (_sets[i].Emit == EmitMode.Complete && vector.IsComplete)
            {
                Emit(i, id, start, CloseReason.Complete);
            }
        }
        else if (vector.JoinedKey != bucket.Joined)
        {
            bucket.GatheringSince ??= arrival;
        }
    }

    private void Take(Said said)
    {
        for (var i = 0; i < _sets.Length; i++)
        {
            foreach (var id in _members[i].Take(said, _logTime).SelectMany(_joins.Members).Distinct().Order(ByBytes))
            {
                if (_entities[i].TryGetValue(id, out var entity) && entity.Buckets.ContainsKey(said.Start))
                {
                    Rejoin(i, id, said.Start, Math.Max(_logTime ?? long.MinValue, said.Ingest));
                }
            }
        }
    }

    private NaiveVector Compute(int i, string id, long start) => new(_sets[i], _entities[i][id], _joins, _members[i], id, start);

    private long Hear(int source, long time) => _sourceTimes[source] = Math.Max(time, _sourceTimes.GetValueOrDefault(source, long.MinValue));

    private void TellTime()
    {
        if (_sources > 0 && Enumerable.Range(0, _sources).All(_sourceTimes.ContainsKey))
        {
            var least = Enumerable.Range(0, _sources).Min(source => _sourceTimes[source]);
            _logTime = Math.Max(least, _logTime ?? least);
        }
    }

    private void Take(Sensed sensed, long arrival, long offset)
    {
        FireWhile(deadline => deadline.Entity == sensed.Entity && _sets[deadline.Set].Scope == ScopeOf(sensed) && deadline.Time <= arrival);
        for (var i = 0; i < _sets.Length; i++)
        {
            TakeInSet(i, sensed, arrival, offset);
        }

        while (Passed(sensed.Entity).OrderBy(passed => passed.Start).ThenBy(passed => passed.Set).FirstOrDefault() is { Bucket: not null } first)
        {
            var entity = _entities[first.Set][sensed.Entity];
            if (!first.Bucket.IsClosed)
            {
                Close(first.Set, sensed.Entity, first.Start, CloseReason.Watermark);
            }

            if (entity.Watermark >= End(first.Set, first.Start) + _sets[first.Set].Grace + _sets[first.Set].ReviseFor)
            {
                Seal(first.Set, sensed.Entity, first.Start);
            }
        }
    }

    private IEnumerable<(int Set, long Start, NaiveBucket Bucket)> Passed(string id) =>
        from set in Enumerable.Range(0, _sets.Length)
        where _entities[set].ContainsKey(id)
        from bucket in _entities[set][id].Buckets
        where _entities[set][id].Watermark >= End(set, bucket.Key) + _sets[set].Grace + (bucket.Value.IsClosed ? _sets[set].ReviseFor : 0)
        select (set, bucket.Key, bucket.Value);

    private void TakeInSet(int i, Sensed sensed, long arrival, long offset)
    {
        var set = _sets[i];
        _counters[i].Readings++;
        if (ScopeOf(sensed) != set.Scope)
        {
            _counters[i].Filtered++;
            return;
        }

        if (!_entities[i].TryGetValue(sensed.Entity, out var entity))
        {
            _entities[i].Add(sensed.Entity, entity = new NaiveEntity());
        }

        entity.LastOffset = offset;
        if (_entities[i].Count > set.MaxEntities)
        {
            ForgetOne(i);
        }

        if (entity.Heard.Count > 0 && arrival >= entity.LastArrival + set.ReviseFor)
        {
            entity.Sealed.AddRange(entity.Closed);
        }

        var start = (long)Math.Floor((double)(sensed.Time - set.Align) / set.Bucket) * set.Bucket + set.Align;
        entity.Buckets.TryGetValue(start, out var bucket);
        if (bucket is not null && bucket.Readings.Any(known => IsSame(known.Reading, sensed)))
        {
            _counters[i].Duplicate++;
            return;
        }

        var watermark = entity.Watermark;
        entity.Heard.Add((sensed, arrival));
        if (!sensed.Metrics.Any(metric => set.Features.Any(feature => feature.Source == FeatureSource.Metric && feature.Metric == metric.Name)) || start < set.From || !RandomWorld.IsChosen(set, sensed))
        {
            _counters[i].Filtered++;
            return;
        }

        var end = End(i, start);
        var isLate = watermark >= end + set.Grace || entity.Closed.Any(closed => closed >= start);
        if (isLate && bucket is null && (watermark >= end + set.Grace + set.ReviseFor || entity.Sealed.Any(gone => gone >= start)))
        {
            _counters[i].Late++;
            _out.Add(Expected.LateReading(Name(i), sensed.Entity, start, Math.Max(0, watermark - sensed.Time)));
            return;
        }

        if (bucket is null)
        {
            if (entity.Buckets.Count == set.MaxOpenBuckets)
            {
                if (entity.Buckets.Keys.First() > start)
                {
                    _counters[i].Evicted++;
                    return;
                }

                Evict(i, sensed.Entity, entity.Buckets.Keys.First());
            }

            entity.Buckets.Add(start, bucket = new NaiveBucket { IsClosed = isLate });
        }

        if (bucket.Readings.Count == set.MaxReadingsPerBucket)
        {
            _counters[i].Evicted++;
            return;
        }

        bucket.Readings.Add(new NaiveContribution(sensed, offset, isLate));
        _counters[i].Revised += isLate ? 1 : 0;
        if (isLate || bucket.Vectors > 0)
        {
            bucket.GatheringSince ??= arrival;
        }
        else if (set.Emit == EmitMode.Complete && Compute(i, sensed.Entity, start).IsComplete)
        {
            Emit(i, sensed.Entity, start, CloseReason.Complete);
        }
    }

    private void FireAll()
    {
        if (_logTime is { } now)
        {
            FireWhile(deadline => deadline.Time <= now);
        }
    }

    private void FireWhile(Func<(long Time, string Entity, long Start, int Set), bool> isDue)
    {
        while (Deadlines().Where(isDue).OrderBy(deadline => deadline.Time).ThenBy(deadline => deadline.Entity, ByBytes).ThenBy(deadline => deadline.Start).ThenBy(deadline => deadline.Set)
            .Select(deadline => ((long Time, string Entity, long Start, int Set)?)deadline).FirstOrDefault() is { } first)
        {
            var bucket = _entities[first.Set][first.Entity].Buckets[first.Start];
            if (bucket.GatheringSince + _sets[first.Set].ReviseEvery == first.Time)
            {
                Emit(first.Set, first.Entity, first.Start, CloseReason.Revision);
            }
            else if (bucket.IsClosed)
            {
                Seal(first.Set, first.Entity, first.Start);
            }
            else
            {
                Close(first.Set, first.Entity, first.Start, CloseReason.Idle);
            }
        }
    }

    private IEnumerable<(long Time, string Entity, long Start, int Set)> Deadlines()
    {
        for (var i = 0; i < _sets.Length; i++)
        {
            foreach (var (id, entity) in _entities[i])
            {
                foreach (var (start, bucket) in entity.Buckets)
                {
                    var silence = bucket.IsClosed
                        ? entity.LastArrival + _sets[i].ReviseFor
                        : Math.Max(End(i, start) + _sets[i].Grace, entity.LastArrival + _sets[i].IdleClose);
                    yield return (Math.Min(silence, bucket.GatheringSince + _sets[i].ReviseEvery ?? long.MaxValue), id, start, i);
                }
            }
        }
    }

    private static readonly Comparer<string> ByBytes = Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    private long End(int i, long start) => start + _sets[i].Bucket;

    private string Name(int i) => $"{_sets[i].Name}:{_sets[i].Version}";
}
