using System.Net;
using System.Net.Sockets;

namespace Cassandra.Driver.Tests;

/// <summary>What the whole process allocates is counted, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(WrongAnswerTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>A server whose first answer is none.</summary>
[Collection(nameof(WrongAnswerTests))]
public sealed class WrongAnswerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

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
}
