namespace Streaming.Contracts;

/// <summary>The full names of topics: a prefix, where one is configured, and the name of the contract.</summary>
/// <param name="prefix">What stands before every name, as it is, such as <c>test.</c>; empty for nothing.</param>
public sealed class TopicNames(string prefix)
{
    private const int MaxTopicLength = 249;

    /// <summary>Names without a prefix.</summary>
    public static readonly TopicNames Plain = new("");

    private readonly string _prefix = Checked(prefix);

    /// <summary>A topic's full name.</summary>
    public string Of(Topic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _prefix + topic.Name;
    }

    /// <summary>The subject under which the schema of a topic's values is registered.</summary>
    public string SubjectOf(Topic topic) => Of(topic) + "-value";

    /// <summary>The topic of a full name; null where it is none of these.</summary>
    public Topic? Find(string fullName) => Topics.All.FirstOrDefault(topic => Of(topic) == fullName);

    /// <summary>Why a prefix cannot be one; null where it can.</summary>
    public static string? Fault(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var longest = Topics.All.Max(topic => topic.Name.Length);
        return !prefix.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-')
            ? $"'{prefix}' may hold only ASCII letters, digits, '.', '_' and '-', as topics do"
            : prefix.Length + longest > MaxTopicLength
            ? $"the prefix may have {MaxTopicLength - longest} characters at most, so that topics have {MaxTopicLength}"
            : null;
    }

    private static string Checked(string prefix) => Fault(prefix) is { } fault ? throw new ArgumentException(fault, nameof(prefix)) : prefix;
}
