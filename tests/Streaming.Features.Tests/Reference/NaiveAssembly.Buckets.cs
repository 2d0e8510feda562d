using Streaming.Contracts;
using Streaming.Features.Tests.Support;
using static Streaming.Features.Tests.Reference.NaiveRules;

namespace Streaming.Features.Tests.Reference;

/// <content>What becomes of a bucket: it closes, goes, and its vectors leave.</content>
internal sealed partial class NaiveAssembly
{
    private void Close(int i, string id, long start, CloseReason reason)
    {
        var entity = _entities[i][id];
        entity.Buckets[start].IsClosed = true;
        entity.Closed.Add(start);
        if (entity.Buckets[start].Unreported > 0)
        {
            Emit(i, id, start, entity.Buckets[start].Vectors > 0 ? CloseReason.Revision : reason);
        }
    }

    private void Seal(int i, string id, long start)
    {
        var entity = _entities[i][id];
        var bucket = entity.Buckets[start];
        if (bucket.Unreported > 0 || bucket.GatheringSince is not null)
        {
            Emit(i, id, start, CloseReason.Revision);
        }

        _counters[i].Filtered += bucket.Unreported;
        entity.Sealed.Add(start);
        entity.Buckets.Remove(start);
        entity.Gone.Add(start, bucket);
    }

    private void Evict(int i, string id, long start)
    {
        var entity = _entities[i][id];
        var bucket = entity.Buckets[start];
        if (bucket.Vectors > 0 && (bucket.Unreported > 0 || bucket.GatheringSince is not null))
        {
            Emit(i, id, start, CloseReason.Revision);
        }

        _counters[i].Evicted += bucket.Unreported;
        _counters[i].EvictedBuckets += bucket.Vectors == 0 ? 1 : 0;
        entity.Closed.Add(start);
        entity.Sealed.Add(start);
        entity.Buckets.Remove(start);
        if (bucket.Vectors > 0)
        {
            entity.Gone.Add(start, bucket);
        }
    }

    private void ForgetOne(int i)
    {
        var oldest = _entities[i].MinBy(entity => entity.Value.LastOffset);
        foreach (var start in oldest.Value.Buckets.Keys.ToList())
        {
            Evict(i, oldest.Key, start);
        }

        _entities[i].Remove(oldest.Key);
        _counters[i].EvictedEntities++;
    }

    private void Emit(int i, string id, long start, CloseReason reason)
    {
        var set = _sets[i];
        var bucket = _entities[i][id].Buckets[start];
        var vector = Compute(i, id, start);
        var isSame = bucket.Looked == vector.Looked;
        (bucket.Looked, bucket.Joined, bucket.GatheringSince) = (vector.Looked, vector.JoinedKey, null);
        if (vector.IsSkipped || (bucket.Vectors > 0 && bucket.Unreported == 0 && isSame))
        {
            return;
        }

        _out.Add(new Expected(
            false, Name(i), id, start, bucket.Vectors, reason, bucket.Readings.Count, bucket.Readings.Count(reading => reading.CameLate),
            bucket.Readings.Min(reading => reading.Offset), bucket.Readings.Max(reading => reading.Offset), vector.Values, vector.Missing,
            set.ExpectedReadings is { } expected ? Math.Min(1, bucket.Readings.Count / expected) : (double)vector.Raw.Count(value => value is not null) / set.Features.Count,
            0));
        _counters[i].Contributed += bucket.Unreported;
        bucket.Readings.ForEach(reading => reading.IsReported = true);
        bucket.Vectors++;
        bucket.Told = vector.Raw;
        SayWhatIsNew(i, id, start, bucket);
        if (LooksBack(set))
        {
            foreach (var (later, other) in _entities[i][id].Buckets.Where(other => other.Key > start && other.Value.Vectors > 0).ToList())
            {
                if (Compute(i, id, later) is { IsSkipped: false } anew && anew.Looked != other.Looked)
                {
                    // It goes on to those after itself.
                    Emit(i, id, later, CloseReason.Revision);
                    break;
                }
            }
        }
    }

    private void SayWhatIsNew(int i, string id, long start, NaiveBucket bucket)
    {
        var set = _sets[i];
        var group = _joins.GroupAt(id, End(i, start));
        var values = NaiveMembers.SharedIn(set).Where(feature => bucket.Told![feature] is not null).Select(feature => (set.Features[feature].Name, bucket.Told![feature]!.Value)).ToArray();
        var text = $"{group}: {string.Join(' ', values)}";
        if (NaiveMembers.SharedIn(set).Count > 0 && text != bucket.Said && (group.Length > 0 || bucket.Said is not null))
        {
            bucket.Said = text;
            _out.Add(Expected.SaidBy(Name(i), new Said(set.Hash, id, group, start, bucket.Vectors - 1, 0) { Values = values }));
        }
    }
}
