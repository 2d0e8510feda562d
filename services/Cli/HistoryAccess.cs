using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Streaming.History;
using Streaming.History.Cassandra;
using Streaming.Hosting;

namespace Streaming.Cli;

/// <summary>The options by which a command finds the history. The environment of the services serves too.</summary>
internal sealed class HistoryAccess
{
    private readonly Option<string?> _history = new("--history")
    {
        Description = "The history's SQLite file. Default: what the section History of the environment names, as for MonitoringSink (History__Path, History__Cassandra__ContactPoints).",
    };

    private readonly Option<string?> _cassandra = new("--cassandra")
    {
        Description = "Nodes of the history's Cassandra cluster, as host:port, comma separated. User, password and TLS are those of the environment.",
    };

    private readonly Option<string?> _keyspace = new("--keyspace") { Description = "The keyspace there. Default: History__Cassandra__Keyspace of the environment, else streaming." };

    /// <param name="command">Where they are added.</param>
    /// <param name="alsoFile">Whether the history may be a file.</param>
    public void AddTo(Command command, bool alsoFile = true)
    {
        if (alsoFile)
        {
            command.Options.Add(_history);
        }

        command.Options.Add(_cassandra);
        command.Options.Add(_keyspace);
    }

    /// <summary>Opens the history, which must be there.</summary>
    /// <exception cref="ConfigurationException">The settings are wrong; every mistake is named.</exception>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    public Task<IHistory> OpenAsync(ParseResult parsed, CancellationToken cancellation) => HistoryStore.OpenExistingAsync(Read(parsed), cancellation);

    /// <summary>The options of the history, from the command line and the environment. A place that is said replaces the environment's, whatever kind that is.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Further settings.</param>
    /// <exception cref="ConfigurationException">The settings are wrong; every mistake is named.</exception>
    public HistoryOptions Read(ParseResult parsed, params KeyValuePair<string, string?>[] more)
    {
        const string FileKey = $"{HistoryOptions.Section}:{nameof(HistoryOptions.Path)}";
        const string ClusterKey = $"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.ContactPoints)}";
        var said = new Dictionary<string, string?>(more);
        if (parsed.GetValue(_history) is { } path)
        {
            (said[FileKey], said[ClusterKey]) = (path, "");
        }

        if (parsed.GetValue(_cassandra) is { } contactPoints)
        {
            said[ClusterKey] = contactPoints;
            said.TryAdd(FileKey, "");
        }

        if (parsed.GetValue(_keyspace) is { } keyspace)
        {
            said[$"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Keyspace)}"] = keyspace;
        }

        var configuration = new ServiceConfiguration(new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(said).Build());
        var options = configuration.Read<HistoryOptions>(HistoryOptions.Section, read => read.Validate());
        configuration.Check();
        return options;
    }
}
