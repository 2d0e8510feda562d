using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Streaming.Testing;

/// <summary>Free ports of 127.0.0.1, a range at a time.</summary>
public static class Ports
{
    // Below the range from which the system takes ports for outgoing connections, so that none is taken between choice and use.
    private const int Lowest = 12_000;
    private static readonly int Highest = Math.Min(32_000, FirstOutgoing());
    private const int Attempts = 200;
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "streaming-test-ports");

    /// <summary>Ports that no other test run on this machine has taken or will take while this process lives.</summary>
    /// <param name="count">How many in a row.</param>
    /// <returns>The first of them.</returns>
    public static int Take(int count = 1)
    {
        Directory.CreateDirectory(Folder);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var first = Random.Shared.Next(Lowest / 10, Highest / 10) * 10;
            if (count > 10 ? TryReserve(first, (count + 9) / 10) : TryReserve(first, 1))
            {
                if (Enumerable.Range(first, count).All(IsFree))
                {
                    return first;
                }
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row between {Lowest} and {Highest} after {Attempts} attempts.");
    }

    // Tens of ports are reserved by a file that this process holds open, which ends with it however it ends.
    private static readonly List<FileStream> Reserved = [];

    private static bool TryReserve(int first, int tens)
    {
        var files = new List<FileStream>();
        try
        {
            for (var ten = 0; ten < tens; ten++)
            {
                files.Add(new FileStream(Path.Combine(Folder, $"{first + (10 * ten)}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
        }
        catch (IOException)
        {
            files.ForEach(file => file.Dispose());
            return false;
        }

        lock (Reserved)
        {
            Reserved.AddRange(files);
        }

        return true;
    }

    /// <summary>The first port that the system takes for outgoing connections, where it says so and leaves room below.</summary>
    private static int FirstOutgoing()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var first = File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture) : int.MaxValue;
        return first >= Lowest + 2_000 ? first : int.MaxValue;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
