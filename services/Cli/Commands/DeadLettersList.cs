using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Cli.Reading;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming deadletters list</c>.</summary>
internal static class DeadLettersList
{
    private const string Help = """
        Lists what stages refused, the newest last: where each record came from, which rule it broke. A record in dead.letters that is no dead letter,
        since somebody else wrote it there, is listed as 'unreadable' and counted apart; --stage leaves it out, and so does --reason.

        Exit codes: 0 done, whether there are any or not; 78 the configuration is wrong; 64 wrong options; 130 interrupted; 1 anything else.

        Examples:
          streaming deadletters list                                                                 the newest 50
          streaming deadletters list --since 2026-01-31T12:00:00Z --limit 20                         the newest 20 refused since then
          streaming deadletters list --stage SensorIngest --reason not_finite                        of one stage, for one reason
          streaming deadletters list --limit 1000 --json | jq -r '.deadLetters[].entityId' | sort | uniq -c    which entities have trouble
        """;

    private const int DefaultLimit = 50;

    public static Command Make()
    {
        var cluster = new ClusterOptions();
        var limit = new Option<int>("--limit") { Description = "The newest so many, 1 to 100000.", DefaultValueFactory = _ => DefaultLimit };
        var stage = new Option<string?>("--stage") { Description = "Only of this stage, as SensorIngest." };
        var reason = new Option<string?>("--reason") { Description = $"Only for this reason: {string.Join(", ", Enum.GetValues<DeadLetterReason>().Select(value => value.ToSymbol()))}." };
        var since = new Option<string?>("--since") { Description = "Only those refused at this time or later; RFC 3339 or milliseconds since 1970." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("list", Help) { limit, stage, reason, since, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            var wanted = Filter.Read(parsed.GetValue(stage), parsed.GetValue(reason), parsed.GetValue(since), parsed.GetValue(limit));
            using var client = new SchemaRegistryClient(registry);
            var report = await FindAsync(new DeadLetterReader(kafka, client), wanted, cancellation);
            Answer.Write(report, DeadLettersJson.Default.DeadLetterReport, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<DeadLetterReport> FindAsync(DeadLetterReader reader, Filter wanted, CancellationToken cancellation)
    {
        var newest = new PriorityQueue<DeadLetterLine, (long RefusedAt, long Read)>();
        var (matching, unreadable) = (0L, 0L);
        await foreach (var stored in reader.ReadAsync(wanted.Since, cancellation))
        {
            unreadable += stored.Letter is null ? 1 : 0;
            if (!wanted.Takes(stored.Letter))
            {
                continue;
            }

            matching++;
            newest.Enqueue(DeadLetterLine.Of(stored), (stored.RefusedAt, matching));
            if (newest.Count > wanted.Limit)
            {
                newest.Dequeue();
            }
        }

        var shown = new List<DeadLetterLine>(newest.Count);
        while (newest.TryDequeue(out var oldest, out _))
        {
            shown.Add(oldest);
        }

        return new DeadLetterReport(matching, unreadable, shown);
    }

    private static IEnumerable<string> Lines(DeadLetterReport report)
    {
        var table = new TextTable("record", "refused", "stage", "reason", "entity", "detail");
        foreach (var letter in report.DeadLetters)
        {
            table.Add(letter.Place, letter.Refused, letter.Stage ?? "-", letter.Reason, letter.EntityId ?? "-", letter.Detail);
        }

        return [.. table.Lines(), $"{report.DeadLetters.Count} of {report.Matching} dead letters.", .. report.Unreadable > 0 ? new[] { $"{report.Unreadable} records of the topic are no dead letters." } : []];
    }

    private sealed record Filter(string? Stage, DeadLetterReason? Reason, DateTimeOffset? Since, int Limit)
    {
        /// <exception cref="ConfigurationException">Options are wrong; every mistake is named.</exception>
        public static Filter Read(string? stage, string? reason, string? since, int limit)
        {
            var errors = new List<string>();
            var wanted = DeadLetterReason.Unknown;
            var from = 0L;
            var known = stage is null ? null : ChainStages.All.FirstOrDefault(known => stage.Equals(known.Service, StringComparison.OrdinalIgnoreCase) || stage == known.Id);
            if (stage is not null && known is null)
            {
                errors.Add($"--stage '{stage}': must be one of {string.Join(", ", ChainStages.All.Select(known => known.Service))}.");
            }

            if (reason is not null && !DeadLetterReasonSymbols.TryParse(reason, out wanted))
            {
                errors.Add($"--reason '{reason}': there is no such reason; --help names them.");
            }

            if (since is not null && (!TimeText.TryRead(since, out from) || from is < 0 or > TimeText.Last))
            {
                errors.Add($"--since '{since}': must be RFC 3339 with its offset, as 2026-01-31T12:00:00Z, or milliseconds since 1970.");
            }

            if (limit is < 1 or > 100_000)
            {
                errors.Add($"--limit '{limit}': must lie between 1 and 100000.");
            }

            return errors.Count > 0
                ? throw new ConfigurationException(errors)
                : new Filter(known?.Id, reason is null ? null : wanted, since is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(from), limit);
        }

        public bool Takes(DeadLetter? letter) => letter is null
            ? Stage is null && Reason is null
            : (Stage is null || letter.Stage == Stage) && (Reason is null || letter.Reason == Reason);
    }
}

/// <summary>How many there are that were asked for, how many records of the topic are no dead letters, and the newest of those asked for.</summary>
internal sealed record DeadLetterReport(long Matching, long Unreadable, IReadOnlyList<DeadLetterLine> DeadLetters);
