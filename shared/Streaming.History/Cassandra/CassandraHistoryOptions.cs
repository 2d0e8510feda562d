using System.Net;
using System.Text.RegularExpressions;

namespace Streaming.History.Cassandra;

/// <summary>Where the history's Cassandra cluster is and how it is used. Section <c>History:Cassandra</c> of the configuration.</summary>
public sealed partial class CassandraHistoryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "History:Cassandra";

    /// <summary>The port of a contact point that names none.</summary>
    public const int UsualPort = 9042;

    /// <summary>Some nodes of the cluster, as <c>host:port</c>, comma separated; the port is 9042 by default. The others are found through them. Empty: the history is not in Cassandra.</summary>
    public string ContactPoints { get; set; } = "";

    /// <summary>The data centre whose replicas acknowledge (LOCAL_QUORUM); by default the contact points' own. Set it where there are several.</summary>
    public string Datacenter { get; set; } = "";

    /// <summary>The keyspace; <c>streaming</c> by default.</summary>
    public string Keyspace { get; set; } = "streaming";

    /// <summary>How a keyspace that is not there is made when migrating: <c>dc1:3,dc2:3</c> gives copies for each data centre (NetworkTopologyStrategy); a number
    /// alone is for development, on one data centre (SimpleStrategy). 1 by default: one copy, which a lost node takes with it. A keyspace that is there stays as it is.</summary>
    public string Replication { get; set; } = "1";

    /// <summary>Whether missing tables are made, and older ones brought up to date, at start; else a start with other tables than expected is refused. False by default.</summary>
    public bool Migrate { get; set; }

    /// <summary>The user; empty where the cluster asks for none. Belongs into the environment: <c>History__Cassandra__User</c>.</summary>
    public string User { get; set; } = "";

    /// <summary>The user's password. Belongs into the environment: <c>History__Cassandra__Password</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whether connections are encrypted and the nodes' certificates checked; false by default.</summary>
    public bool Tls { get; set; }

    /// <summary>The certificate authorities that nodes must have their certificates from, a file in PEM; by default the system's.</summary>
    public string TlsCaFile { get; set; } = "";

    /// <summary>The name that every node's certificate must have; by default the name of its contact point, or its address where it was found by itself.</summary>
    public string TlsHostName { get; set; } = "";

    /// <summary>How long vectors, predictions and labels are kept, counted from event time, as <c>days.hours:minutes:seconds</c>; kept for ever by default.</summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>Rows read at a time; 1,000 by default.</summary>
    public int RowsPerPage { get; set; } = 1000;

    /// <summary>Requests under way at once at most; how many there are follows from how fast the cluster answers. 256 by default.</summary>
    public int MaxInFlight { get; set; } = 256;

    /// <summary>The mean answer time up to which more requests are sent at once; 50 ms by default.</summary>
    public TimeSpan LatencyTarget { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long an answer is waited for; 10 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long requests are repeated without any success before the store counts as unavailable; 10 s by default.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one request at most that holds several rows of a partition; 5,000 by default, below what a server warns of.</summary>
    public int BatchBytes { get; set; } = 5000;

    /// <summary>Bytes of one row at most; a greater row is refused. 1 Mi by default.</summary>
    public int MaxRowBytes { get; set; } = 1 << 20;

    /// <summary>How many entries of the index tables are remembered as written, so that they are not written with every row: three for each entity that is active
    /// in a day suffice, at 32 bytes each. 1,000,000 by default.</summary>
    public int RememberedEntries { get; set; } = 1_000_000;

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none. Opens nothing.</summary>
    public IReadOnlyList<string> Validate() => [.. PointErrors(), .. ValueErrors()];

    /// <summary>The same where no cluster is named: what is set must be right even so.</summary>
    internal IEnumerable<string> ValidateUnused() => ValueErrors();

    /// <summary>The contact points, each a name or address with its port.</summary>
    internal IReadOnlyList<DnsEndPoint> EndPoints() => [.. Points().Select(Parse).OfType<DnsEndPoint>()];

    private static string Error(string key, object? value, string rule, string remedy) => $"{Section}:{key} = '{value}': {rule}; {remedy}.";

    private static DnsEndPoint? Parse(string point)
    {
        if (IPEndPoint.TryParse(point, out var address))
        {
            return new DnsEndPoint(address.Address.ToString(), address.Port == 0 ? UsualPort : address.Port);
        }

        var colon = point.LastIndexOf(':');
        var host = colon < 0 ? point : point[..colon];
        var port = UsualPort;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && (colon < 0 || int.TryParse(point.AsSpan(colon + 1), out port)) && port is > 0 and <= IPEndPoint.MaxPort
            ? new DnsEndPoint(host, port)
            : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,47}$")]
    private static partial Regex KeyspaceName();

    [GeneratedRegex(@"^([1-9]\d?|[\w.-]+:[1-9]\d?(,[\w.-]+:[1-9]\d?)*)$")]
    private static partial Regex ReplicationText();

    private string[] Points() => ContactPoints.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private IEnumerable<string> PointErrors()
    {
        if (Points().Length == 0)
        {
            yield return Error(nameof(ContactPoints), ContactPoints, "must name at least one node", "write for example cassandra-1:9042,cassandra-2:9042");
        }
        else if (Points().FirstOrDefault(point => Parse(point) is null) is { } wrong)
        {
            yield return Error(nameof(ContactPoints), ContactPoints, "must be nodes as host:port with a port between 1 and 65535", $"'{wrong}' is none: write for example cassandra-1:9042");
        }
    }

    private IEnumerable<string> ValueErrors()
    {
        if (!KeyspaceName().IsMatch(Keyspace))
        {
            yield return Error(nameof(Keyspace), Keyspace, "must begin with a small letter and have at most 48 small letters, digits and underscores", "the default is streaming");
        }

        if (!ReplicationText().IsMatch(Replication))
        {
            yield return Error(nameof(Replication), Replication, "must be copies for each data centre, or a number for development", "write for example dc1:3, or 1");
        }

        if (User.Length == 0 != (Password.Length == 0))
        {
            yield return Error(nameof(User), User, "user and password go together", "set History__Cassandra__User and History__Cassandra__Password, or neither");
        }

        foreach (var error in TlsErrors().Concat(TimeErrors()).Concat(SizeErrors()))
        {
            yield return error;
        }
    }

    private IEnumerable<string> TlsErrors()
    {
        if (!Tls && (TlsCaFile.Length > 0 || TlsHostName.Length > 0))
        {
            yield return Error(nameof(Tls), Tls, "a certificate authority or host name is given, and nothing would be encrypted", "set it to true, or take TlsCaFile and TlsHostName away");
        }

        if (TlsCaFile.Length > 0 && !File.Exists(TlsCaFile))
        {
            yield return Error(nameof(TlsCaFile), TlsCaFile, "must be a file that is there", "give the path of the certificate authority in PEM");
        }
    }

    private IEnumerable<string> TimeErrors()
    {
        if (Retention is { } retention && (retention < TimeSpan.FromHours(1) || retention > TimeSpan.FromDays(7300)))
        {
            yield return Error(nameof(Retention), retention, "must lie between 1 hour and 7300 days, the longest that Cassandra keeps a promise to delete", "take it away to keep everything");
        }

        if (LatencyTarget < TimeSpan.FromMilliseconds(1) || LatencyTarget > TimeSpan.FromSeconds(10))
        {
            yield return Error(nameof(LatencyTarget), LatencyTarget, "must lie between 1 ms and 10 s", "the default is 00:00:00.05");
        }

        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromMinutes(5))
        {
            yield return Error(nameof(RequestTimeout), RequestTimeout, "must lie between 1 s and 5 min", "the default is 00:00:10");
        }

        if (GiveUpAfter < TimeSpan.FromSeconds(1) || GiveUpAfter > TimeSpan.FromMinutes(5))
        {
            yield return Error(nameof(GiveUpAfter), GiveUpAfter, "must lie between 1 s and 5 min", "the default is 00:00:10");
        }
    }

    private IEnumerable<string> SizeErrors()
    {
        if (RowsPerPage is < 1 or > 100_000)
        {
            yield return Error(nameof(RowsPerPage), RowsPerPage, "must lie between 1 and 100000", "the default is 1000");
        }

        if (MaxInFlight is < 1 or > 2000)
        {
            yield return Error(nameof(MaxInFlight), MaxInFlight, "must lie between 1 and 2000", "the default is 256");
        }

        if (BatchBytes is < 0 or > 1 << 20)
        {
            yield return Error(nameof(BatchBytes), BatchBytes, "must lie between 0 (no batches) and 1048576", "the default is 5000");
        }

        if (MaxRowBytes is < 1024 or > 8 << 20)
        {
            yield return Error(nameof(MaxRowBytes), MaxRowBytes, "must lie between 1024 and 8388608", "the default is 1048576");
        }

        if (RememberedEntries is < 1000 or > 100_000_000)
        {
            yield return Error(nameof(RememberedEntries), RememberedEntries, "must lie between 1000 and 100000000", "the default is 1000000");
        }
    }
}
