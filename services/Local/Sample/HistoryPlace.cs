using Microsoft.Extensions.Configuration;
using Streaming.History;
using Streaming.Hosting;

namespace Streaming.Local.Sample;

/// <summary>Where a run keeps its history: a file of its own, or a keyspace of its own on a real cluster.</summary>
internal sealed class HistoryPlace
{
    private const string UsualKeyspace = "streaming";
    private const int LongestKeyspace = 48;

    private HistoryPlace(HistoryOptions options, Dictionary<string, string?> configuration)
    {
        Options = options;
        Configuration = configuration;
    }

    /// <summary>How to open it.</summary>
    public HistoryOptions Options { get; }

    /// <summary>The same as configuration keys.</summary>
    public IReadOnlyDictionary<string, string?> Configuration { get; }

    /// <summary>The place of a run.</summary>
    public static HistoryPlace Of(RunOptions options, string folder) => options.Cassandra is { } cluster ? OnCluster(cluster, KeyspaceOf(options.Prefix)) : InFile(Path.Combine(folder, "history.db"));

    /// <summary>Opens it; on a cluster it must be empty, since what an earlier run left there would be counted with this one's.</summary>
    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public async Task<IHistory> OpenAsync(CancellationToken cancellation)
    {
        var history = await OpenAnyAsync(cancellation);
        if (Options.Cassandra.ContactPoints.Length > 0 && await history.CountAsync(cancellation) != default)
        {
            await history.DisposeAsync();
            throw new ConfigurationException([$"--cassandra {Options.Cassandra.ContactPoints}: the keyspace '{Options.Cassandra.Keyspace}' holds a history already; give another --prefix, or drop the keyspace."]);
        }

        return history;
    }

    private static HistoryPlace InFile(string file)
    {
        foreach (var old in new[] { file, file + "-wal", file + "-shm" })
        {
            File.Delete(old); // of an earlier run, whose topics are gone or under another prefix
        }

        return new HistoryPlace(new HistoryOptions { Path = file }, new() { ["History:Path"] = file });
    }

    private static HistoryPlace OnCluster(string contactPoints, string keyspace)
    {
        // User, password and TLS come from the environment, here as in the services.
        var keys = new Dictionary<string, string?> { ["History:Path"] = "", ["History:Cassandra:ContactPoints"] = contactPoints, ["History:Cassandra:Keyspace"] = keyspace };
        var configuration = new ServiceConfiguration(new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(keys).Build());
        var options = configuration.Read<HistoryOptions>(HistoryOptions.Section, read => read.Validate());
        configuration.Check();
        options.Cassandra.Migrate = true;
        return new HistoryPlace(options, keys);
    }

    private static string KeyspaceOf(string prefix)
    {
        var name = string.Concat(prefix.ToLowerInvariant().Select(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) ? letter : '_')).Trim('_');
        var whole = name.Length == 0 ? UsualKeyspace : $"{UsualKeyspace}_{name}";
        return whole.Length <= LongestKeyspace ? whole : whole[..LongestKeyspace];
    }

    private async Task<IHistory> OpenAnyAsync(CancellationToken cancellation)
    {
        try
        {
            return await HistoryStore.OpenAsync(Options, cancellation);
        }
        catch (HistoryException unusable)
        {
            throw new ConfigurationException([unusable.Message]);
        }
    }
}
