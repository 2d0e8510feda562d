using System.Diagnostics;

namespace Streaming.Registry.Tests;

/// <summary>Waits for what another thread brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Completes when a condition holds; fails where it does not within 20 s.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(clock.Elapsed < Patience, $"Still not so after {Patience.TotalSeconds} s: {what}.");
            await Task.Delay(2);
        }
    }
}
