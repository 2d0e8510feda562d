using System.Runtime.InteropServices;

namespace Streaming.Local.Embedded;

/// <summary>
/// librdkafka's mock cluster in this process, as the broker of the embedded default. It keeps about 5 MB per partition and nothing across
/// restarts, stamps no append times, and shows aborted records to every reader: fine for a first look, not for keeping data.
/// </summary>
internal sealed class EmbeddedBroker : IDisposable
{
    private readonly MockClusterHandle _cluster;

    private EmbeddedBroker(MockClusterHandle cluster, string bootstrapServers)
    {
        _cluster = cluster;
        BootstrapServers = bootstrapServers;
    }

    /// <summary>host:port for clients.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts a broker on a free port of 127.0.0.1.</summary>
    public static EmbeddedBroker Start()
    {
        var cluster = MockClusterHandle.Create();
        MockCluster.SetInitialRebalanceDelay(cluster.Cluster, milliseconds: 0);
        var bootstrap = Marshal.PtrToStringUTF8(MockCluster.Bootstraps(cluster.Cluster))
            ?? throw new InvalidOperationException("The embedded broker gave no address.");
        return new EmbeddedBroker(cluster, bootstrap);
    }

    /// <summary>Makes a topic; the broker knows no such request over the wire.</summary>
    public void CreateTopic(string name, int partitions)
    {
        var error = MockCluster.CreateTopic(_cluster.Cluster, name, partitions, replication: 1);
        if (error != 0)
        {
            throw new InvalidOperationException($"The embedded broker refused the topic '{name}' with {partitions} partitions: error {error}.");
        }
    }

    public void Dispose() => _cluster.Dispose();
}
