namespace Cassandra;

/// <summary>Says how long to wait between attempts to reach a host.</summary>
public interface IReconnectionPolicy
{
    /// <summary>The waits from the first attempt on.</summary>
    IReconnectionSchedule NewSchedule();
}

/// <summary>The waits between attempts to reach one host.</summary>
public interface IReconnectionSchedule
{
    /// <summary>The next wait in milliseconds.</summary>
    long NextDelayMs();
}

/// <summary>Always the same wait.</summary>
public sealed class ConstantReconnectionPolicy : IReconnectionPolicy, IReconnectionSchedule
{
    /// <summary>With a wait in milliseconds.</summary>
    public ConstantReconnectionPolicy(long constantDelayMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(constantDelayMs);
        ConstantDelayMs = constantDelayMs;
    }

    /// <summary>The wait in milliseconds.</summary>
    public long ConstantDelayMs { get; }

    /// <inheritdoc/>
    public IReconnectionSchedule NewSchedule() => this;

    /// <inheritdoc/>
    public long NextDelayMs() => ConstantDelayMs;
}

/// <summary>Each wait is twice the one before, up to a longest.</summary>
public sealed class ExponentialReconnectionPolicy : IReconnectionPolicy
{
    /// <summary>With the first and the longest wait in milliseconds.</summary>
    public ExponentialReconnectionPolicy(long baseDelayMs, long maxDelayMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseDelayMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDelayMs, baseDelayMs);
        BaseDelayMs = baseDelayMs;
        MaxDelayMs = maxDelayMs;
    }

    /// <summary>The first wait in milliseconds.</summary>
    public long BaseDelayMs { get; }

    /// <summary>The longest wait in milliseconds.</summary>
    public long MaxDelayMs { get; }

    /// <inheritdoc/>
    public IReconnectionSchedule NewSchedule() => new Schedule(this);

    private sealed class Schedule(ExponentialReconnectionPolicy policy) : IReconnectionSchedule
    {
        private long _next = policy.BaseDelayMs;

        public long NextDelayMs()
        {
            var now = _next;
            _next = now > policy.MaxDelayMs / 2 ? policy.MaxDelayMs : now * 2;
            return now;
        }
    }
}
