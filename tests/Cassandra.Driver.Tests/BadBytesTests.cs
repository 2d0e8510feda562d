using System.Net;
using System.Net.Sockets;

namespace Cassandra.Driver.Tests;

/// <summary>Bytes that are not what they should be end the connection they came on, with an exception, and nothing else.</summary>
public sealed class BadBytesTests(Database database)
{
    private const int Rounds = 20;

    // Of answers that never come.
    private const int SoonMillis = 700;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, byte[]> WrongAnswers => new()
    {
        { "nothing, and the end", [] },
        { "another protocol", [.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8] },
        { "a body of 255 MB that never comes", [0x85, 0, 0, 0, 2, 0x0F, 0xF0, 0, 0, 1, 2, 3] },
        { "a body longer than any may be", [0x85, 0, 0, 0, 2, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3] },
        { "a body of less than nothing", [0x85, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3] },
        { "an answer to another question", [0x85, 0, 0x12, 0x34, 2, 0, 0, 0, 0] },
        { "an unknown operation", [0x85, 0, 0, 0, 0x77, 0, 0, 0, 0] },
        { "an error without its text", [0x85, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0x20, 0] },
        { "an error whose text is longer than it", [0x85, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0x20, 0, 0xFF, 0xFF, 0x41] },
        { "a compressed answer that nobody asked for", [0x85, 1, 0, 0, 2, 0, 0, 0, 0] },
        { "a beginning, and the end", [0x85, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task A_wrong_first_answer_fails_the_connection_soon_and_takes_no_memory(string what, byte[] answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, answer, stop.Token);
        using var cluster = Cluster.Builder()
            .AddContactPoint("127.0.0.1")
            .WithPort(((IPEndPoint)listener.LocalEndpoint).Port)
            .WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis(1_000))
            .Build();

        var before = GC.GetTotalAllocatedBytes();
        var failure = await Assert.ThrowsAsync<NoHostAvailableException>(() => cluster.ConnectAsync().WaitAsync(Limit));

        Assert.Single(failure.Errors);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 << 20, $"{what} took {GC.GetTotalAllocatedBytes() - before} bytes.");
        await stop.CancelAsync();
        await serving;
    }

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
            await using var relay = new Relay(database.Port);
            using var cluster = database.Builder().WithPort(relay.Port).Build();
            var session = await cluster.ConnectAsync().WaitAsync(Limit);
            relay.Answers = chunk =>
            {
                var spoilt = chunk.ToArray();
                if (random.Next(3) > 0)
                {
                    spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
                }

                return spoilt;
            };

            try
            {
                var rows = await session.ExecuteAsync(new SimpleStatement($"SELECT v FROM {table}").SetReadTimeoutMillis(SoonMillis)).WaitAsync(Limit);
                Assert.Equal(value, rows.Single().GetValue<byte[]>("v"));
                right++;
            }
            catch (Exception refused) when (refused is DriverException or DriverInternalError)
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

    private static async Task ServeAsync(TcpListener listener, byte[] answer, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop);
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[9], 9, throwOnEndOfStream: false, stop);
                await stream.WriteAsync(answer, stop);
                client.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, stop);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException)
        {
            // The test is over.
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
