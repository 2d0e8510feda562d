using System.Text;
using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>Takes the records that vectors are joined with: attributes, readings of groups, what members of groups say. Revises what they change (rules 6, 11).</summary>
internal sealed unsafe class JoinedRecords(PartitionScope scope, SourceTimes sources)
{
    /// <summary>Takes in a reading of a group.</summary>
    public void Take(scoped in Reading reading) => Rejoin(scope.Joins.Take(reading), reading.EventTime, reading.Arrival, reading.Shape);

    /// <summary>Takes in what was said about an entity or a group.</summary>
    public void Take(scoped in EntityAttributesView attributes, long offset, ref PartitionCounters counters)
    {
        if (attributes.Copy)
        {
            counters.Copies++;
        }
        else
        {
            counters.Attributes++;
        }

        if (attributes.EntityId.IsEmpty || !Soundness.IsTime(attributes.ValidFrom))
        {
            return;
        }

        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in attributes.Attributes)
        {
            values[Encoding.UTF8.GetString(name)] = value;
        }

        var change = new AttributeChange(attributes.ValidFrom, attributes.HasGroupId ? Encoding.UTF8.GetString(attributes.GroupId) : null, values);
        var arrival = Arrival(attributes.HasIngestTime ? attributes.IngestTime : attributes.ValidFrom);
        if (attributes.Scope == Scope.Group)
        {
            Rejoin(scope.Joins.Say(Encoding.UTF8.GetString(attributes.EntityId), change, offset), change.From, arrival);
            return;
        }

        var slot = scope.Add(attributes.EntityId);
        if (offset >= scope.Entities[slot]->StandsAt)
        {
            scope.Touch(slot);
            scope.Joins.Say(slot, change);
            Rejoin([slot], change.From, arrival);
        }
    }

    /// <summary>Takes in what a member of a group says of itself in a bucket.</summary>
    public void Take(scoped in GroupFeaturesView member, long offset, ref PartitionCounters counters)
    {
        counters.Members++;
        var set = Find(member.FeatureSetHash);
        var arrival = Arrival(member.HasIngestTime ? member.IngestTime : member.BucketEnd);
        if (set is null || !set.Members.Take(member, sources.LogTime, arrival, out var group, out var left))
        {
            counters.MembersIgnored++;
            return;
        }

        foreach (var slot in scope.Joins.MembersOf(group, left))
        {
            if (offset >= scope.Entities[slot]->StandsAt)
            {
                set.RejoinBucket(slot, member.BucketStart, arrival);
            }
        }
    }

    // They come by other topics: their own times say nothing about how far the readings are.
    private long Arrival(long time) => Math.Max(sources.LogTime, time);

    private FeatureSetState? Find(ReadOnlySpan<byte> hash)
    {
        foreach (var set in scope.Sets)
        {
            if (set.Started && set.Plan.Vector.Shared.Length > 0 && hash.SequenceEqual(set.Plan.HashText))
            {
                return set;
            }
        }

        return null;
    }

    private void Rejoin(IEnumerable<int> slots, long from, long arrival, MetricShape? shape = null)
    {
        foreach (var slot in slots)
        {
            scope.Touch(slot);
            foreach (var set in scope.Sets)
            {
                if (shape is null || set.Plan.JoinsAny(shape))
                {
                    set.Rejoin(slot, from, arrival);
                }
            }
        }
    }
}
