namespace Streaming.History;

/// <summary>The history cannot be used; the message says why, and what to do.</summary>
public class HistoryException : Exception
{
    /// <summary>With a reason.</summary>
    public HistoryException(string message, Exception? inner = null)
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
