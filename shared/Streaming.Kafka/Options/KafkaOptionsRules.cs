using System.Globalization;
using System.Text.RegularExpressions;

namespace Streaming.Kafka;

/// <summary>The rules of <see cref="KafkaOptions"/>, apart from their values.</summary>
internal static partial class KafkaOptionsRules
{
    /// <summary>Settings on which exactly once rests, or which have an option of their own.</summary>
    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "BootstrapServers",
        ["session.timeout.ms"] = "SessionTimeout",
        ["transaction.timeout.ms"] = "TransactionTimeout",
        ["max.poll.interval.ms"] = "MaxPollInterval",
        ["message.max.bytes"] = "MaxRecordBytes",
        ["group.id"] = "",
        ["group.instance.id"] = "",
        ["group.protocol"] = "",
        ["transactional.id"] = "",
        ["enable.idempotence"] = "",
        ["enable.auto.commit"] = "",
        ["enable.auto.offset.store"] = "",
        ["enable.partition.eof"] = "",
        ["isolation.level"] = "",
        ["auto.offset.reset"] = "",
        ["partition.assignment.strategy"] = "",
        ["allow.auto.create.topics"] = "",
        ["acks"] = "",
    };

    public static List<OptionError> Check(KafkaOptions options)
    {
        var errors = new List<OptionError>();
        CheckServers(options.BootstrapServers, errors);
        if (!PrefixPattern().IsMatch(options.TopicPrefix))
        {
            errors.Add(new(nameof(options.TopicPrefix), options.TopicPrefix, "it becomes part of topic names, which hold only letters, digits, '.', '_' and '-', and has at most 100 of them",
                "Choose another, for example 'test.', or leave it out"));
        }

        Between(nameof(options.SessionTimeout), options.SessionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), errors);
        Between(nameof(options.TransactionTimeout), options.TransactionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), errors);
        Between(nameof(options.MaxPollInterval), options.MaxPollInterval, TimeSpan.FromSeconds(4), TimeSpan.FromHours(1), errors);
        Between(nameof(options.BatchTime), options.BatchTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), errors);
        Between(nameof(options.TimeCallInterval), options.TimeCallInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), errors);
        Between(nameof(options.FirstStartWait), options.FirstStartWait, TimeSpan.Zero, TimeSpan.FromDays(1), errors);
        Between(nameof(options.ReplayBound), options.ReplayBound, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), errors);
        Between(nameof(options.BatchRecords), options.BatchRecords, 1, 1_000_000, errors);
        Between(nameof(options.BatchBytes), options.BatchBytes, 64 << 10, 1 << 30, errors);
        Between(nameof(options.MaxRecordBytes), options.MaxRecordBytes, 1 << 10, 100 << 20, errors);
        Between(nameof(options.MaxDeadLetterBytes), options.MaxDeadLetterBytes, 1 << 10, 100 << 20, errors);
        Between(nameof(options.DeadLetterMinimum), options.DeadLetterMinimum, 1, int.MaxValue, errors);
        if (!(options.DeadLetterShare > 0 && options.DeadLetterShare <= 1))
        {
            errors.Add(new(nameof(options.DeadLetterShare), options.DeadLetterShare.ToString(CultureInfo.InvariantCulture), "it is a share above 0 and at most 1",
                "Set for example 0.2; 1 lets any number of dead letters pass"));
        }

        if (options.MaxPollInterval < 4 * options.TransactionTimeout)
        {
            errors.Add(new(nameof(options.MaxPollInterval), Text(options.MaxPollInterval),
                $"a transaction may be retried for twice its time-out between two polls, so it must be at least four times {nameof(options.TransactionTimeout)} ({Text(options.TransactionTimeout)})",
                "Raise it, or lower the transaction time-out"));
        }

        if (options.MaxPollInterval < options.SessionTimeout)
        {
            errors.Add(new(nameof(options.MaxPollInterval), Text(options.MaxPollInterval), $"it must not be less than {nameof(options.SessionTimeout)} ({Text(options.SessionTimeout)})", "Raise it, or lower the session time-out"));
        }

        if (options.BatchTime * 2 > options.TransactionTimeout)
        {
            errors.Add(new(nameof(options.BatchTime), Text(options.BatchTime), $"it must be at most half of {nameof(options.TransactionTimeout)} ({Text(options.TransactionTimeout)})", "Lower it: 100 ms is usual"));
        }

        if (options.MaxDeadLetterBytes < options.MaxRecordBytes)
        {
            errors.Add(new(nameof(options.MaxDeadLetterBytes), options.MaxDeadLetterBytes.ToString(CultureInfo.InvariantCulture),
                $"a dead letter holds a whole record, so it must not be less than {nameof(options.MaxRecordBytes)} ({options.MaxRecordBytes})", "Raise it, and max.message.bytes of dead.letters with it"));
        }

        CheckClient(options.Client, errors);
        return errors;
    }

    private static void CheckServers(string servers, List<OptionError> errors)
    {
        const string Remedy = "Give host:port of one or more brokers, comma separated, for example 'localhost:9092'";
        if (string.IsNullOrWhiteSpace(servers))
        {
            errors.Add(new(nameof(KafkaOptions.BootstrapServers), servers, "it is required", Remedy));
            return;
        }

        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = server.LastIndexOf(':');
            var rightPort = colon > 0 && ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
            if (!rightPort)
            {
                errors.Add(new(nameof(KafkaOptions.BootstrapServers), servers, $"'{server}' is not host:port with a port from 1 to 65535", Remedy));
            }
        }
    }

    private static void CheckClient(Dictionary<string, string> client, List<OptionError> errors)
    {
        foreach (var (key, value) in client)
        {
            if (Ours.TryGetValue(key, out var option))
            {
                errors.Add(new($"{nameof(KafkaOptions.Client)}:{key}", value, "the loop sets it itself, since exactly once depends on it",
                    option.Length > 0 ? $"Take it out and set {option} instead" : "Take it out"));
            }
        }

        if (client.GetValueOrDefault("enable.ssl.certificate.verification") == "false" || client.GetValueOrDefault("ssl.endpoint.identification.algorithm") == "none")
        {
            errors.Add(new(nameof(KafkaOptions.Client), "(certificate checks off)", "a client that does not check the broker's certificate can be read by anyone in between",
                "Give the authority that signed it as ssl.ca.location"));
        }
    }

    private static void Between(string key, TimeSpan value, TimeSpan least, TimeSpan most, List<OptionError> errors)
    {
        if (value < least || value > most)
        {
            errors.Add(new(key, Text(value), $"it must be from {Text(least)} to {Text(most)}", $"Set a time within, as hours:minutes:seconds"));
        }
    }

    private static void Between(string key, long value, long least, long most, List<OptionError> errors)
    {
        if (value < least || value > most)
        {
            errors.Add(new(key, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"it must be from {least} to {most}"), "Set a number within"));
        }
    }

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Za-z0-9._-]{0,100}$")]
    private static partial Regex PrefixPattern();
}
