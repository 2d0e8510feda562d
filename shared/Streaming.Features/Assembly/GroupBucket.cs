using System.Runtime.InteropServices;
using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>What the members of all groups said of themselves in one bucket of a feature set. A member is in one group at a time.</summary>
internal sealed class GroupBucket(VectorPlan plan)
{
    private static readonly Comparer<MemberFeatures> ById = Comparer<MemberFeatures>.Create((left, right) => string.CompareOrdinal(left.Id, right.Id));

    private readonly Dictionary<string, MemberFeatures> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>When something was said of it last, by the times that count as arrival.</summary>
    public long LastArrival { get; set; } = long.MinValue;

    /// <summary>The groups that have members; the empty one holds those that have left.</summary>
    public IReadOnlyCollection<string> Groups => _groups.Keys;

    /// <summary>What a member said last; null where it said nothing.</summary>
    public MemberFeatures? Find(string member) => _members.GetValueOrDefault(member);

    /// <summary>Puts what a member says in the place of what it said before.</summary>
    /// <param name="member">The member.</param>
    /// <param name="said">Null where it says nothing.</param>
    public void Put(string member, MemberFeatures? said)
    {
        if (_members.Remove(member, out var before))
        {
            var group = _groups[before.Group];
            group.Members.RemoveAt(group.Members.BinarySearch(before, ById));
            group.Aggregates = null;
            if (group.Members.Count == 0)
            {
                _groups.Remove(before.Group);
            }
        }

        if (said is not null)
        {
            _members.Add(member, said);
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, said.Group, out _);
            group ??= new Group();
            group.Members.Insert(~group.Members.BinarySearch(said, ById), said);
            group.Aggregates = null;
        }
    }

    /// <summary>An aggregate over the members of a group; NaN where it is missing.</summary>
    /// <param name="name">The group.</param>
    /// <param name="feature">The position of the feature that is the aggregate.</param>
    public double Aggregate(string name, int feature)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            return OfNone(plan.Features[feature]);
        }

        if (group.Aggregates is null)
        {
            group.Aggregates = new double[plan.Features.Length];
            for (var i = 0; i < plan.Features.Length; i++)
            {
                if (plan.Features[i].Source == Definitions.FeatureSource.GroupAggregate)
                {
                    group.Aggregates[i] = Compute(plan.Features[i], CollectionsMarshal.AsSpan(group.Members));
                }
            }
        }

        return group.Aggregates[feature];
    }

    /// <summary>An aggregate over nobody.</summary>
    public static double OfNone(in FeaturePlan feature) => Compute(feature, []);

    /// <summary>Writes a group.</summary>
    public void Write(string name, ref AvroWriter into)
    {
        var members = _groups[name].Members;
        into.WriteLong(LastArrival);
        into.WriteInt(members.Count);
        foreach (var member in members)
        {
            into.WriteString(member.Id);
            into.WriteInt(member.Revision);
            into.WriteRaw(MemoryMarshal.AsBytes(member.Values.AsSpan()));
        }
    }

    /// <summary>Reads a group.</summary>
    public void Read(string name, ref AvroReader from)
    {
        LastArrival = Math.Max(LastArrival, from.ReadLong());
        for (var left = from.ReadInt(); left > 0 && from.IsOk; left--)
        {
            var id = from.ReadString();
            var revision = from.ReadInt();
            var values = new double[plan.Shared.Length];
            foreach (ref var value in values.AsSpan())
            {
                value = from.ReadDouble();
            }

            Put(id, new MemberFeatures(id, name, revision, values));
        }
    }

    // By the members' ids, so that the order in which they came does not show in the last digit.
    private static unsafe double Compute(in FeaturePlan feature, ReadOnlySpan<MemberFeatures> members)
    {
        var metric = new MetricPlan(0, 1, FeaturePlan.Parts(feature.Aggregate), [], hasRise: false);
        var words = stackalloc double[metric.Words];
        Accumulator.Clear(words, metric);
        foreach (var member in members)
        {
            if (member.Values[feature.Shared] is var value && !double.IsNaN(value))
            {
                Accumulator.Add(words, 1, metric.Parts, value, time: 0);
            }
        }

        return Accumulator.Value(words, metric, feature.Aggregate);
    }

    private sealed class Group
    {
        public List<MemberFeatures> Members { get; } = [];

        /// <summary>By the positions of the features; null until somebody asks.</summary>
        public double[]? Aggregates { get; set; }
    }
}
