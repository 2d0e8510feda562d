using System.Collections.Concurrent;
using System.Globalization;

namespace Cassandra.Routing;

/// <summary>Which hosts have which partitions. Made anew when hosts or keyspaces change.</summary>
internal sealed class TokenMap
{
    public static readonly TokenMap Empty = new([], new Dictionary<string, IDictionary<string, string>>());
    private readonly long[] _tokens;
    private readonly Host[] _owners;
    private readonly IReadOnlyDictionary<string, IDictionary<string, string>> _keyspaces;
    private readonly ConcurrentDictionary<string, Host[][]> _replicas = new();

    /// <summary>From the hosts' tokens and the keyspaces' replication.</summary>
    public TokenMap(IEnumerable<(Host Host, IEnumerable<long> Tokens)> hosts, IReadOnlyDictionary<string, IDictionary<string, string>> keyspaces)
    {
        var ring = hosts.SelectMany(host => host.Tokens.Select(token => (Token: token, host.Host))).OrderBy(place => place.Token).ToList();
        _tokens = [.. ring.Select(place => place.Token)];
        _owners = [.. ring.Select(place => place.Host)];
        _keyspaces = keyspaces;
    }

    /// <summary>The replicas of a partition, the owner first; the owner alone where the keyspace is not known.</summary>
    public Host[] ReplicasOf(string? keyspace, ReadOnlySpan<byte> key)
    {
        if (_tokens.Length == 0)
        {
            return [];
        }

        var place = Array.BinarySearch(_tokens, Murmur3.Token(key));
        place = place < 0 ? ~place % _tokens.Length : place;
        return _replicas.GetOrAdd(keyspace ?? "", static (name, map) => map.Compute(name), this)[place];
    }

    private Host[][] Compute(string keyspace)
    {
        var all = new Host[_tokens.Length][];
        var replication = _keyspaces.TryGetValue(keyspace, out var options) ? options : new Dictionary<string, string>();
        var name = replication.TryGetValue("class", out var given) ? given : "";
        for (var place = 0; place < all.Length; place++)
        {
            all[place] = name.EndsWith("NetworkTopologyStrategy", StringComparison.Ordinal)
                ? ByDatacenter(place, replication)
                : InOrder(place, name.EndsWith("SimpleStrategy", StringComparison.Ordinal) ? Factor(replication, "replication_factor") : 1);
        }

        return all;
    }

    private Host[] InOrder(int place, int factor) => [.. Around(place).Distinct().Take(factor)];

    // In each data centre as many hosts as asked for, one to a rack first; hosts of racks that have one already fill up.
    private Host[] ByDatacenter(int place, IDictionary<string, string> replication)
    {
        var racks = _owners.GroupBy(host => host.Datacenter ?? "").ToDictionary(group => group.Key, group => group.Select(host => host.Rack).Distinct().Count());
        var chosen = new List<Host>();
        var usedRacks = new HashSet<(string?, string?)>();
        var skipped = new List<Host>();
        foreach (var host in Around(place).Distinct())
        {
            var centre = host.Datacenter ?? "";
            var factor = Factor(replication, centre);
            if (chosen.Count(other => other.Datacenter == host.Datacenter) >= factor)
            {
                continue;
            }

            if (!usedRacks.Add((centre, host.Rack)))
            {
                skipped.Add(host);
            }
            else
            {
                chosen.Add(host);
            }

            if (usedRacks.Count(rack => rack.Item1 == centre) == racks[centre])
            {
                var missing = factor - chosen.Count(other => other.Datacenter == host.Datacenter);
                var filling = skipped.Where(other => other.Datacenter == host.Datacenter).Take(missing).ToList();
                chosen.AddRange(filling);
                skipped.RemoveAll(filling.Contains);
            }
        }

        return [.. chosen];
    }

    private IEnumerable<Host> Around(int place)
    {
        for (var step = 0; step < _owners.Length; step++)
        {
            yield return _owners[(place + step) % _owners.Length];
        }
    }

    // "3", or "3/1" with transient replicas.
    private static int Factor(IDictionary<string, string> replication, string name) =>
        replication.TryGetValue(name, out var text)
        && int.TryParse(text.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var factor) ? factor : 0;
}
