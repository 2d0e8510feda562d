using System.Globalization;

namespace Streaming.Hosting;

/// <summary>Which of a service's processes this is. Section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Worker";

    private const int MostThreads = 64;
    private const int MostDigits = 4;
    private const string InKubernetes = "KUBERNETES_SERVICE_HOST"; // set in every pod

    /// <summary>
    /// The process's number among those of its service, from 0, no two alike, the same after a restart. Where it is not set, a pod of a Kubernetes
    /// StatefulSet goes by its own: the number after the last hyphen of its host name. Required anywhere else.
    /// </summary>
    public int? Ordinal { get; set; }

    /// <summary>Worker threads in this process, each with partitions of its own. Default 1; 1 to 64.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>The number to go by.</summary>
    /// <exception cref="InvalidOperationException">There is none; <see cref="Validate"/> says so first.</exception>
    public int RequireOrdinal() => Ordinal ?? OfPod()
        ?? throw new InvalidOperationException("The ordinal is neither configured nor that of a StatefulSet's pod.");

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (Ordinal is null && OfPod() is null)
        {
            yield return $"{Section}:Ordinal is not set, and the host name '{Environment.MachineName}' is not that of a pod of a Kubernetes StatefulSet (name-0, name-1, …): "
                + "each process of a service needs a number of its own that stays over restarts; set Worker__Ordinal=0 for the first, 1 for the next.";
        }

        if (Ordinal < 0)
        {
            yield return $"{Section}:Ordinal = '{Ordinal}': must be 0 or more; set Worker__Ordinal=0 for the first process of the service.";
        }

        if (Threads is < 1 or > MostThreads)
        {
            yield return $"{Section}:Threads = '{Threads}': must lie between 1 and {MostThreads}; the default is 1.";
        }
    }

    /// <summary>
    /// The number at the end of a StatefulSet's pod such as <c>sensor-ingest-3</c>; null for any other host name. It counts without leading zeros and
    /// not beyond four digits here. A name with another number before it may be an address (<c>ip-10-0-0-12</c>) or a node's, and is not guessed at.
    /// </summary>
    internal static int? OfHost(string host)
    {
        var last = host.LastIndexOf('-');
        if (last <= 0)
        {
            return null;
        }

        var digits = host.AsSpan(last + 1);
        var counts = digits.Length is > 0 and <= MostDigits && (digits.Length == 1 || digits[0] != '0');
        var name = host.AsSpan(0, last);
        var isPod = !name.Contains('.') && name.ContainsAnyExceptInRange('0', '9') && name[(name.LastIndexOf('-') + 1)..].ContainsAnyExceptInRange('0', '9');
        return counts && isPod && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
    }

    private static int? OfPod() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(InKubernetes)) ? null : OfHost(Environment.MachineName);
}
