namespace Streaming.History;

/// <summary>The history cannot be used; the message says why, and what to do.</summary>
public abstract class HistoryException : Exception
{
    private protected HistoryException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>The history cannot be used now; the same call may succeed later.</summary>
public sealed class HistoryUnavailableException : HistoryException
{
    /// <summary>With a reason.</summary>
    public HistoryUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The history is not as it must be, and no waiting mends it.</summary>
public sealed class HistoryUnusableException : HistoryException
{
    /// <summary>With a reason.</summary>
    public HistoryUnusableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
