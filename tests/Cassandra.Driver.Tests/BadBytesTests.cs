using System.Net;
using System.Net.Sockets;

namespace Cassandra.Driver.Tests;

/// <summary>Bytes that are not what they should be end the connection they came on, with an exception, and nothing else.</summary>
public sealed class BadBytesTests(Database database)
{
    private const int Rounds = 20;

    // Of answers that never come.
    private const int SoonMillis = 700;
    private const int PatientMillis = 60_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(ProtocolVersion.V4, 1)]
    [InlineData(ProtocolVersion.V4, 2)]
    [InlineData(ProtocolVersion.V5, 1)]
    [InlineData(ProtocolVersion.V5, 2)]
    public async Task Whatever_happens_to_the_bytes_every_request_ends_and_afterwards_all_is_well(ProtocolVersion version, int seed)
    {
        await database.OpenAsync();
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var spoiler = new Spoiler(random.Next());
            await using var relay = new Relay(database.Port);
            var startsSpoilt = round % 5 == 0;
            using var cluster = database.Builder()
                .WithPort(relay.Port)
                .WithMaxProtocolVersion(version)
                .WithSocketOptions(new SocketOptions()
                    .SetReadTimeoutMillis(startsSpoilt ? 1_000 : 30_000)
                    .SetConnectTimeoutMillis(startsSpoilt ? 1_000 : 30_000)
                    .SetDefunctReadTimeoutThreshold(5))
                .Build();
            relay.Answers = startsSpoilt ? spoiler.Spoil : null;
            ISession session;
            try
            {
                session = await cluster.ConnectAsync().WaitAsync(Limit);
            }
            catch (Exception refused) when (startsSpoilt && refused is not TimeoutException)
            {
                continue;
            }

            relay.Answers = spoiler.Spoil;
            var asked = Enumerable.Range(0, 20).Select(_ => EndOfAsync(session.ExecuteAsync(new SimpleStatement("SELECT * FROM system_schema.columns").SetPageSize(50).SetReadTimeoutMillis(SoonMillis)))).ToList();
            await Task.WhenAll(asked).WaitAsync(Limit);

            // In version 5 a changed byte never passes for a value.
            relay.Answers = null;
            await Eventually.IsTrueAsync(() => WorksAsync(session), Limit, $"the session works again after round {round} of seed {seed}");
            await cluster.ShutdownAsync();
        }
    }

    [Fact]
    public async Task With_checksums_a_changed_byte_is_never_taken_for_a_value()
    {
        var table = await database.CreateTableAsync("id int PRIMARY KEY, v blob");
        var value = Enumerable.Range(0, 20_000).Select(at => (byte)at).ToArray();
        await database.Session().ExecuteAsync(new SimpleStatement($"INSERT INTO {table} (id, v) VALUES (1, ?)", value));
        var right = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var spoils = seed % 3 > 0;
            await using var relay = new Relay(database.Port);
            using var cluster = database.Builder().WithPort(relay.Port).Build();
            var session = await cluster.ConnectAsync().WaitAsync(Limit);
            relay.Answers = chunk =>
            {
                var spoilt = chunk.ToArray();
                if (spoils && random.Next(3) > 0)
                {
                    spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
                }

                return spoilt;
            };

            try
            {
                var rows = await session.ExecuteAsync(new SimpleStatement($"SELECT v FROM {table}").SetReadTimeoutMillis(spoils ? SoonMillis : PatientMillis)).WaitAsync(Limit);
                Assert.Equal(value, rows.Single().GetValue<byte[]>("v"));
                right++;
            }
            catch (Exception refused) when (spoils && refused is (DriverException or DriverInternalError))
            {
                // Noticed.
            }
        }

        Assert.InRange(right, 1, Rounds - 1);
    }

    private static async Task EndOfAsync(Task<RowSet> asked)
    {
        try
        {
            foreach (var row in (await asked).Take(50))
            {
                _ = row.Columns.Count(column => row.IsNull(column.Index));
            }
        }
        catch (Exception ended) when (ended is not TimeoutException)
        {
            // Any exception is an end.
        }
    }

    private static async Task<bool> WorksAsync(ISession session)
    {
        try
        {
            return (await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local").SetReadTimeoutMillis(5 * SoonMillis)).WaitAsync(Limit)).Single().GetValue<string>("key") == "local";
        }
        catch (Exception notYet) when (notYet is DriverException or DriverInternalError or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Changes, removes and adds bytes here and there.</summary>
    private sealed class Spoiler(int seed)
    {
        private readonly Random _random = new(seed);

        public ReadOnlyMemory<byte> Spoil(ReadOnlyMemory<byte> chunk)
        {
            lock (_random)
            {
                var bytes = chunk.ToArray().ToList();
                for (var left = _random.Next(4); left > 0 && bytes.Count > 0; left--)
                {
                    var at = _random.Next(bytes.Count);
                    switch (_random.Next(4))
                    {
                        case 0:
                            bytes[at] ^= (byte)(1 << _random.Next(8));
                            break;
                        case 1:
                            bytes[at] = (byte)_random.Next(256);
                            break;
                        case 2:
                            bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, 20)));
                            break;
                        default:
                            bytes.InsertRange(at, Enumerable.Range(0, _random.Next(1, 20)).Select(_ => (byte)_random.Next(256)));
                            break;
                    }
                }

                return bytes.ToArray();
            }
        }
    }
}
