namespace Streaming.Driver;

/// <summary>A clock that shows what it is set to.</summary>
internal sealed class DriverClock : TimeProvider
{
    /// <summary>Milliseconds since 1970.</summary>
    public long Now { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
}
