using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Streaming.History;
using Streaming.Hosting;

namespace Streaming.Cli;

/// <summary>The option by which a command finds the history. The environment of the services serves too.</summary>
internal sealed class HistoryAccess
{
    private readonly Option<string?> _history = new("--history")
    {
        Description = "The history's SQLite file. Default: what the section History of the environment names, as for MonitoringSink (History__Path).",
    };

    public void AddTo(Command command) => command.Options.Add(_history);

    /// <summary>Opens the history, which must be there.</summary>
    /// <exception cref="ConfigurationException">The settings are wrong; every mistake is named.</exception>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    public Task<IHistory> OpenAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var root = new ConfigurationBuilder().AddEnvironmentVariables();
        if (parsed.GetValue(_history) is { } path)
        {
            root.AddInMemoryCollection([new($"{HistoryOptions.Section}:{nameof(HistoryOptions.Path)}", path)]);
        }

        var configuration = new ServiceConfiguration(root.Build());
        var options = configuration.Read<HistoryOptions>(HistoryOptions.Section, read => read.Validate());
        configuration.Check();
        return HistoryStore.OpenExistingAsync(options, cancellation);
    }
}
