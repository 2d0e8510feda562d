using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Rendering;
using Streaming.History.Cassandra;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming history migrate</c>: makes the history's tables.</summary>
internal static class HistoryMigrateCommand
{
    private const string Help = """
        Makes the history's keyspace and tables in Cassandra, and brings older tables up to date: the scripts of deploy/cassandra, each once. Run it once
        before the services are started, and after each upgrade. It may be repeated, and several may do it at once.

        A keyspace that is there keeps its replication. A new one has the one that is said: for production a number of copies for each data centre.

        Exit codes: 0 all is as it should be; 78 the tables are of a newer program, or the configuration is wrong; 64 wrong options; 1 anything else.

        Examples:
          streaming history migrate --cassandra localhost:9042
          streaming history migrate --cassandra cassandra-1:9042,cassandra-2:9042 --replication dc1:3
        """;

    public static Command Make()
    {
        var access = new HistoryAccess();
        var replication = new Option<string?>("--replication") { Description = "Copies of a new keyspace: dc1:3,dc2:3, or a number for development. Default: History__Cassandra__Replication of the environment, else 1." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("migrate", Help) { replication, json };
        access.AddTo(command, alsoFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            KeyValuePair<string, string?>[] more = parsed.GetValue(replication) is { } copies ? [new($"{CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Replication)}", copies)] : [];
            var options = access.Read(parsed, more).Cassandra;
            if (options.ContactPoints.Length == 0)
            {
                throw new ConfigurationException(["--cassandra: no cluster is named; a history in a SQLite file needs no migration. Give --cassandra HOST:PORT, or set History__Cassandra__ContactPoints."]);
            }

            var applied = await CassandraHistory.MigrateAsync(options, cancellation: cancellation);
            Answer.Write(new MigrateReport(options.Keyspace, applied), MigrateJson.Default.MigrateReport, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(MigrateReport report) => report.Applied.Count == 0
        ? [$"keyspace {report.Keyspace}: up to date"]
        : report.Applied.Select(name => $"keyspace {report.Keyspace}: applied {name}");
}

/// <summary>What was done.</summary>
internal sealed record MigrateReport(string Keyspace, IReadOnlyList<string> Applied);

[JsonSerializable(typeof(MigrateReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class MigrateJson : JsonSerializerContext;
