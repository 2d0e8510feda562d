namespace Cassandra.Driver.Tests;

/// <summary>Waits for what must come true.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, TimeSpan limit, string what)
    {
        using var patience = new CancellationTokenSource(limit);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"After {limit.TotalSeconds} s it is still not true that {what}.");
            await Task.Delay(Step);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, TimeSpan limit, string what) => IsTrueAsync(() => Task.FromResult(condition()), limit, what);
}
