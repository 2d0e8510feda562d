using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>Everything that was ever said about entities and groups, in lists in the order of arrival.</summary>
internal sealed class NaiveJoins
{
    private readonly List<Attributed> _said = [];
    private readonly List<Sensed> _heard = [];

    public void Say(Attributed attributed) => _said.Add(attributed);

    public void Hear(Sensed sensed) => _heard.Add(sensed);

    /// <summary>Entities that were members of a group at some time.</summary>
    public IEnumerable<string> Members(string group) => _said.Where(said => !said.OfGroup && said.Group == group).Select(said => said.Entity).Distinct();

    public double? Find(FeatureDefinition feature, string entity, long end)
    {
        if (feature.Source == FeatureSource.Attribute)
        {
            return Attribute(entity, ofGroup: false, feature.Attribute, end);
        }

        var group = GroupAt(entity, end);
        if (string.IsNullOrEmpty(group))
        {
            return null;
        }

        if (feature.Source == FeatureSource.GroupAttribute)
        {
            return Attribute(group, ofGroup: true, feature.Attribute, end);
        }

        var readings = _heard.Where(heard => heard.Entity == group && heard.Time < end).SelectMany(heard => heard.Metrics.Where(metric => metric.Name == feature.Metric).Select(metric => (heard.Time, metric.Value))).OrderBy(reading => reading.Time).ToList();
        return readings.Count > 0 && end - readings[^1].Time <= (feature.MaxAge ?? long.MaxValue) ? readings[^1].Value : null;
    }

    public string GroupAt(string entity, long end) =>
        _said.Where(said => !said.OfGroup && said.Entity == entity && said.From < end && said.Group is not null).OrderBy(said => said.From).LastOrDefault()?.Group ?? "";

    private double? Attribute(string id, bool ofGroup, string name, long end) =>
        _said.Where(said => said.OfGroup == ofGroup && said.Entity == id && said.From < end && said.Values.ContainsKey(name)).OrderBy(said => said.From).LastOrDefault()?.Values[name] is { } value && !double.IsNaN(value) ? value : null;
}
