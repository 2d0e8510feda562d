using System.Runtime.InteropServices;
using System.Text;

namespace Streaming.Local.Embedded;

/// <summary>The calls of librdkafka's mock cluster that are used here.</summary>
internal static partial class MockCluster
{
    private const string Library = "librdkafka";

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    internal static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Set(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    internal static partial nint NewClient(int kind, nint configuration, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    internal static partial void DestroyClient(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    internal static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    internal static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    internal static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    internal static partial void SetInitialRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTopic(nint cluster, string name, int partitions, int replication);
}

/// <summary>The client that carries a mock cluster, and the cluster; freed together, in the right order.</summary>
internal sealed class MockClusterHandle : SafeHandle
{
    private const int ErrorSize = 512;
    private const int ProducerKind = 0;

    private MockClusterHandle(nint client, nint cluster)
        : base(nint.Zero, ownsHandle: true)
    {
        SetHandle(client);
        Cluster = cluster;
    }

    public nint Cluster { get; }

    public override bool IsInvalid => handle == nint.Zero;

    public static MockClusterHandle Create()
    {
        var error = new byte[ErrorSize];
        var configuration = MockCluster.NewConfiguration();
        if (MockCluster.Set(configuration, "log_level", "3", error, ErrorSize) != 0)
        {
            throw new InvalidOperationException(Message("The embedded broker refused its settings", error));
        }

        var client = MockCluster.NewClient(ProducerKind, configuration, error, ErrorSize);
        if (client == nint.Zero)
        {
            throw new InvalidOperationException(Message("The embedded broker did not start", error));
        }

        var cluster = MockCluster.NewCluster(client, brokers: 1);
        if (cluster == nint.Zero)
        {
            MockCluster.DestroyClient(client);
            throw new InvalidOperationException("The embedded broker did not start: librdkafka made no cluster.");
        }

        return new MockClusterHandle(client, cluster);
    }

    protected override bool ReleaseHandle()
    {
        MockCluster.DestroyCluster(Cluster);
        MockCluster.DestroyClient(handle);
        return true;
    }

    private static string Message(string what, byte[] error) =>
        $"{what}: {Encoding.UTF8.GetString(error.AsSpan(0, Math.Max(0, error.AsSpan().IndexOf((byte)0))))}";
}
