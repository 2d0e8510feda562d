namespace Streaming.Architecture.Tests.Tree;

/// <summary>Says what breaks a rule, all of it at once.</summary>
public static class House
{
    /// <summary>Fails with every breach.</summary>
    /// <param name="breaches">The breaches.</param>
    public static void Keeps(IEnumerable<Breach> breaches)
    {
        var all = breaches.ToList();
        Assert.True(all.Count == 0, $"{all.Count} places break this rule:\n{string.Join('\n', all)}");
    }
}
