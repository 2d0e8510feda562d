using System.Globalization;

namespace Streaming.Testing;

/// <summary>
/// A real Cassandra for a test project: register it with <c>[assembly: AssemblyFixture(typeof(CassandraServer))]</c> and call
/// <see cref="ServerFixture.StartAsync"/> first thing in a test. Each test uses a keyspace of its own (<see cref="Unique"/>). With
/// <c>STREAMING_TEST_CASSANDRA</c> set to host:port, or several of them with commas, that cluster is used.
/// </summary>
public class CassandraServer : ServerFixture
{
    /// <summary>Who may do everything where a password is asked for.</summary>
    public const string User = "cassandra";

    /// <summary>The password of <see cref="User"/>.</summary>
    public const string Password = "cassandra";

    private const int PortsEach = 2;
    private readonly int _nodes;
    private readonly string[] _options;
    private string _script = "";
    private int _port;

    /// <summary>One node, without a password, without TLS.</summary>
    public CassandraServer()
        : this("STREAMING_TEST_CASSANDRA", 1, [])
    {
    }

    /// <summary>Nodes of our own with further options of the script.</summary>
    protected CassandraServer(int nodes, params string[] options)
        : this(null, nodes, options)
    {
    }

    private CassandraServer(string? variable, int nodes, string[] options)
        : base(variable, "cassandra")
    {
        _nodes = nodes;
        _options = options;
    }

    /// <summary>The hosts to begin with; empty before <see cref="ServerFixture.StartAsync"/>.</summary>
    public string[] ContactPoints => [.. Address.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => one[..one.LastIndexOf(':')])];

    /// <summary>The port of all hosts.</summary>
    public int Port => int.Parse(Address[(Address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>The certificate of the authority that signed a node's, where it serves TLS.</summary>
    public string AuthorityOf(int node = 0) => Path.Combine(FolderOf(node), "tls", "ca.pem");

    /// <summary>A keyspace or table that no other test uses.</summary>
    public static string Unique(string name) => $"{name}_{Guid.NewGuid():N}";

    /// <inheritdoc/>
    protected override async Task<string> BeginAsync()
    {
        _script = ServerScript.Require("cassandra.sh");
        _port = Ports.Take(PortsEach);
        for (var node = 0; node < _nodes; node++)
        {
            await StartNodeAsync();
        }

        return string.Join(',', Enumerable.Range(0, _nodes).Select(node => string.Create(CultureInfo.InvariantCulture, $"{AddressOf(node)}:{_port}")));
    }

    /// <inheritdoc/>
    protected override ChildProcess Launch(int node) => ChildProcess.Start(
        "bash",
        [_script, "run", "--dir", FolderOf(node), .. Place(node), "--seed", AddressOf(0), "--set", "auto_snapshot: false", .. _options]);

    /// <inheritdoc/>
    protected override Task WaitAsync(int node, ChildProcess process) => ServerScript.WaitAsync(_script, Place(node), process);

    /// <summary>The port of all nodes, also before they are started.</summary>
    protected int TakenPort => _port;

    /// <summary>The host of a node.</summary>
    protected static string AddressOf(int node) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.{node + 1}");

    private string FolderOf(int node) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{node}"));

    private string[] Place(int node) => ["--port", _port.ToString(CultureInfo.InvariantCulture), "--address", AddressOf(node)];
}

/// <summary>A cluster of three nodes of our own, at one port of 127.0.0.1 to 127.0.0.3, for tests that need replicas.</summary>
public sealed class CassandraCluster() : CassandraServer(3)
{
}

/// <summary>One node of our own that asks for a password and speaks TLS only.</summary>
public class SecureCassandraServer : CassandraServer
{
    /// <summary>One node without further options.</summary>
    public SecureCassandraServer()
        : this([])
    {
    }

    /// <summary>One node with further options of the script.</summary>
    protected SecureCassandraServer(params string[] options)
        : base(1, ["--auth", "--tls", .. options])
    {
    }

    /// <inheritdoc/>
    protected override async Task WaitAsync(int node, ChildProcess process)
    {
        await base.WaitAsync(node, process);
        await CassandraLogin.WaitAsync(AddressOf(node), TakenPort, User, Password);
    }
}

/// <summary>One node of our own that asks for a password, speaks TLS only, and refuses texts and lists beyond a size, though never its first user's.</summary>
public sealed class GuardedCassandraServer() : SecureCassandraServer("--set", "column_value_size_fail_threshold: 64KiB", "--set", "items_per_collection_fail_threshold: 200")
{
    /// <summary>Bytes of a value that it takes at most.</summary>
    public const int LargestValue = 65_536;

    /// <summary>Items of a list that it takes at most.</summary>
    public const int LargestList = 200;
}
