using System.Globalization;
using Streaming.Testing;

namespace Streaming.History.Tests;

/// <summary>Another process that writes sample rows.</summary>
internal static class WriterProcess
{
    public static ChildProcess Start(string file, int seed, int count, int order) => ChildProcess.Start(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Streaming.History.Writer.dll"), "write", file, Text(seed), Text(count), Text(order)]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
