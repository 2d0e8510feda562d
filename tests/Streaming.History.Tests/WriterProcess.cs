using System.Globalization;
using Streaming.Testing;

namespace Streaming.History.Tests;

/// <summary>Another process that writes sample rows.</summary>
internal static class WriterProcess
{
    /// <param name="file">The history.</param>
    /// <param name="seed">Which rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="order">The seed of their order.</param>
    /// <param name="pause">Milliseconds between two batches, for one that is to be killed: it writes no more than half of the rows, and then waits for it.</param>
    public static ChildProcess Start(string file, int seed, int count, int order, int pause = 0) => ChildProcess.Start(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Streaming.History.Writer.dll"), "write", file, Text(seed), Text(count), Text(order), Text(pause)]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
